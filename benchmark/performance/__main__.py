"""`make perf`: what the harness gains on this machine, as ratios side by side in one run."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pandas as pd
import torch
import typer

from benchmark.environment import device_name
from benchmark.errors import UserError
from benchmark.launch import resolve_variants
from benchmark.paths import Paths
from benchmark.performance.search_race import race
from benchmark.performance.summary import ratios, write_plot
from benchmark.performance.throughput import measure
from benchmark.spec import Spec, load_spec

# One of each kind of network, the quickest and one of the slowest to train.
RACERS = "gan-mlp,dcgan,wgan-gp,dragan,sngan"


def main(
    study: Annotated[str, typer.Option(help="A spec in studies/, or the path of a TOML file.")] = "digits",
    variant: Annotated[str, typer.Option(help="Whose steps are timed; commas between.")] = "all",
    racers: Annotated[str, typer.Option(help="Whose whole searches are timed; none if empty.")] = RACERS,
    repeats: Annotated[int, typer.Option(min=1, help="Measurements a side, alternately.")] = 3,
    overrides: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE")] = None,
    output: Annotated[Path, typer.Option(help="Folder of the CSV files and plots.")] = Path("runs/performance"),
) -> None:
    """Time the same work done by a plain harness and by ours."""
    paths, settings = Paths.here(), tuple(overrides or ())
    spec = load_spec(study, paths.studies, settings)
    output.mkdir(parents=True, exist_ok=True)
    print(
        f"{device_name(torch.device('cpu'))}, torch {torch.__version__}, {spec.study_id}, {repeats} repeats", flush=True
    )
    if variant:
        rates = [_told(rate) for rate in measure(spec, _names(variant, spec), paths.data, repeats)]
        _conclude(pd.DataFrame(rates), "variant", "member_steps_per_second", output / "steps")
    if racers:
        file = Path(study) if study.endswith(".toml") else paths.studies / f"{study}.toml"
        laps = [_told(lap) for lap in race(spec, file.resolve(), settings, _names(racers, spec), repeats)]
        table = pd.DataFrame(laps)
        table["search"] = table.pop("pruning").map({True: "with its pruner", False: "without pruning"})
        _conclude(table, "search", "runs_per_hour", output / "searches")


def _names(chosen: str, spec: Spec) -> list[str]:
    return [variant.name for variant in resolve_variants(chosen.split(","), spec)]


def _told(measured: object) -> dict[str, object]:
    values: dict[str, object] = asdict(measured)  # type: ignore[call-overload]
    print(
        "  ".join(f"{value:.1f}" if isinstance(value, float) else str(value) for value in values.values()), flush=True
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
