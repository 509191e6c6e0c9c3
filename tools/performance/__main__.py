"""`make perf`: what the harness gains on this machine, as ratios side by side in one run."""

import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import pandas as pd
import torch
import typer

from benchmark.environment import choose_device, device_name
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import Spec, load_spec
from benchmark.study.launch import resolve_variants
from tools.performance.cohort_table import table
from tools.performance.parent_cost import costs
from tools.performance.report_cost import report_cost
from tools.performance.search_race import Course, race
from tools.performance.summary import ratios, write_plot
from tools.performance.throughput import Machine, measure

# One of each kind of network, the quickest and one of the slowest to train.
RACERS = "gan-mlp,dcgan,wgan-gp,dragan,sngan"
PARENT_OF = "wgan-gp"  # it has a hyperparameter of every kind
ARCHITECTURES = "gan-mlp,dcgan,wgan-gp,sngan,sngan-resnet"
TRIALS = "50,500,2000"
PRUNING = {"on": (True,), "off": (False,), "both": (True, False)}
SIZES = {"cpu": "1,2,4", "cuda": "1,4,16,64"}


def main(
    study: Annotated[str, typer.Option(help="A spec in studies/, or the path of a TOML file.")] = "digits",
    variant: Annotated[str, typer.Option(help="Whose steps are timed; commas between; none if empty.")] = "all",
    racers: Annotated[str, typer.Option(help="Whose whole searches are timed; none if empty.")] = RACERS,
    pruning: Annotated[str, typer.Option(help="Of those searches: on, off, or both in turn.")] = "both",
    cohorts: Annotated[str, typer.Option(help="Whose cohorts are timed by size; none if empty.")] = ARCHITECTURES,
    sizes: Annotated[str, typer.Option(help="Members of those cohorts; commas between.")] = "",
    trials: Annotated[str, typer.Option(help="When the parent's cost a trial is looked at; never if empty.")] = TRIALS,
    members: Annotated[int, typer.Option(min=1, help="Members of a cohort that races a plain loop on a GPU.")] = 32,
    report: Annotated[int, typer.Option(min=0, help="Trials of a simulated study whose report is timed.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 ...")] = "auto",
    repeats: Annotated[int, typer.Option(min=1, help="Measurements a side, alternately.")] = 3,
    overrides: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE")] = None,
    output: Annotated[Path, typer.Option(help="Folder of the CSV files and plots.")] = Path("runs/performance"),
) -> None:
    """Time the same work done by a plain harness and by ours."""
    if pruning not in PRUNING:
        raise UserError(f"--pruning {pruning}: {', '.join(PRUNING)}")
    paths, settings = Paths.here(), tuple(overrides or ())
    spec, where = load_spec(study, paths.studies, settings), choose_device(device)
    output.mkdir(parents=True, exist_ok=True)
    print(f"{device_name(where)}, torch {torch.__version__}, {spec.study_id}, {repeats} repeats", flush=True)
    if variant:
        machine = Machine(paths.data, str(where), members)
        rates = [_told(rate) for rate in measure(spec, _names(variant, spec), machine, repeats)]
        _conclude(pd.DataFrame(rates), "variant", "member_steps_per_second", output / "steps")
    if cohorts:
        counts = [int(size) for size in (sizes or SIZES[where.type]).split(",")]
        rows = [_told(row) for row in table(spec, _names(cohorts, spec), counts, paths.data, where)]
        pd.DataFrame(rows).to_csv(output / "cohorts.csv", index=False)
        print(f"{output / 'cohorts.csv'}\n", flush=True)
    if trials:
        looks = tuple(sorted(int(number) for number in trials.split(",")))
        with TemporaryDirectory() as folder:
            rows = [_told(cost) for cost in costs(spec, PARENT_OF, looks, Path(folder))]
        pd.DataFrame(rows).to_csv(output / "parent.csv", index=False)
        print(f"{output / 'parent.csv'}\n", flush=True)
    if report:
        with TemporaryDirectory() as folder:
            row = _told(report_cost(spec, _names("all", spec), report, Path(folder)))
        pd.DataFrame([row]).to_csv(output / "report.csv", index=False)
        print(f"{output / 'report.csv'}\n", flush=True)
    if racers:
        file = Path(study) if study.endswith(".toml") else paths.studies / f"{study}.toml"
        course = Course(file.resolve(), settings, _names(racers, spec), str(where))
        laps = [_told(lap) for mode in PRUNING[pruning] for lap in race(spec, course, repeats, pruning=mode)]
        searches = pd.DataFrame(laps)
        searches["search"] = searches.pop("pruning").map({True: "with its pruner", False: "without pruning"})
        _conclude(searches, "search", "runs_per_hour", output / "searches")
        _tell_the_limit(searches)


def _tell_the_limit(searches: pd.DataFrame) -> None:
    """How near our side's searches, on a CPU, came to what its cores can do."""
    ours = searches.dropna(subset="limit_seconds")
    medians = ours.groupby("search", sort=False)[["seconds", "limit_seconds"]].median()
    for search, seconds, least in medians.itertuples(name=None):
        print(
            f"{search}: {seconds:.0f} s; at the rate of a large matrix product on every core its training would take "
            f"{least:.0f} s ({least / seconds:.0%})"
        )


def _names(chosen: str, spec: Spec) -> list[str]:
    return [variant.name for variant in resolve_variants(chosen.split(","), spec)]


def _told(measured: object) -> dict[str, object]:
    values: dict[str, object] = asdict(measured)  # type: ignore[call-overload]
    print(
        "  ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in values.values()), flush=True
    )
    return values


def _conclude(measured: pd.DataFrame, by: str, value: str, path: Path) -> None:
    measured.to_csv(path.with_suffix(".csv"), index=False)
    table = ratios(measured, by, value)
    write_plot(table, by, value.replace("_", " "), path.with_suffix(".svg"))
    print(f"\n{value.replace('_', ' ')}, medians; ratio of the medians, lowest and highest ratio of a repeat")
    print(table.to_string(index=False, float_format="{:.2f}".format))
    print(f"{path.with_suffix('.csv')}, {path.with_suffix('.svg')}\n", flush=True)


if __name__ == "__main__":
    try:
        typer.run(main)
    except UserError as error:
        print(f"perf: {error}", file=sys.stderr)
        sys.exit(2)
