"""`ganbench report`, `compare` and `ui`: what came out, and how it compares."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from benchmark.cli.console import add_row, print_table, say
from benchmark.cli.options import SetOption, StudyOption, names_in
from benchmark.errors import UserError
from benchmark.files import is_file
from benchmark.paths import Paths
from benchmark.spec import Spec, load_spec

if TYPE_CHECKING:
    from reports.analysis.compare import Side
    from reports.output.write import Report
    from reports.records.load import StudyRecords

_DATABASE = "mlflow.db"


def report(
    study: Annotated[list[str] | None, typer.Option("--study", help="Name of a spec, or path. Repeatable.")] = None,
    overrides: SetOption = None,
    store: Annotated[
        list[str] | None,
        typer.Option("--store", help="Where runs are: an MLflow URI, an mlflow.db or its folder. Repeatable."),
    ] = None,
    variant: Annotated[str, typer.Option(help="Only these, commas between.")] = "",
    watch: Annotated[
        int, typer.Option(min=0, max=86_400, help="Write it again every so many seconds while runs go on.")
    ] = 0,
    output: Annotated[Path | None, typer.Option(help="Folder; runs/reports/STUDY if not given.")] = None,
) -> None:
    """Write the comparison of a study again, of several, or of what several machines ran."""
    from benchmark.tracking.store import tracking_uri
    from reports.output.watch import watch as watch_runs
    from reports.records.selection import select

    paths = Paths.here()
    specs = [load_spec(name, paths.studies, tuple(overrides or ())) for name in study or ["digits"]]
    ids = [spec.study_id for spec in specs]
    uris = [store_uri(place) for place in store or []] or [tracking_uri(paths)]
    names, folder = names_in(variant), output or paths.report("+".join(ids))
    if watch:
        say(f"{folder / 'index.html'}: written every {watch} s; Ctrl-C ends it")
        try:
            watch_runs(lambda: select(ids, uris, names), folder, watch, say, time.sleep)
        except KeyboardInterrupt as stop:
            raise typer.Exit(130) from stop
        return
    records = select(ids, uris, names)
    if store or output or names or len(ids) > 1:
        write_and_print(records, folder)
    else:
        report_and_log(records, folder, specs[0], paths)


def compare(
    before: Annotated[str, typer.Argument(help="An MLflow URI, an mlflow.db or its folder, or a report's folder.")],
    after: Annotated[str, typer.Argument(help="The same study after the change.")],
    study: StudyOption = "digits",
    overrides: SetOption = None,
    output: Annotated[Path | None, typer.Option(help="A CSV file for the result.")] = None,
) -> None:
    """Did a change make a variant better or worse? Exit code 1 if one got significantly worse or has no scores now."""
    from reports.analysis.compare import LOSSES, compare_sides, summary
    from reports.statistics.scale import RATIO
    from reports.text.formats import fixed

    spec = load_spec(study, Paths.here().studies, tuple(overrides or ()))
    sides = [_side(place, spec) for place in (before, after)]
    compared = compare_sides(*sides)
    effect = "after / before" if (compared["scale"] == RATIO.name).any() else "difference"
    table = Table("variant", "before", "after", f"{effect}, 95 % interval", "p", "diverged", "", box=None)
    for _, row in compared.iterrows():
        interval = f"{row['effect']:.4g} ({row['low']:.4g} to {row['high']:.4g})"
        seeds = [f"{row[end]:.4g} ({row[f'seeds_{end}']} seeds)" for end in ("before", "after")]
        diverged = f"{row['diverged_before']}, {row['diverged_after']}"
        add_row(table, row["variant"], *seeds, interval, fixed(row["adjusted"], 3), diverged, row["verdict"])
    print_table(table)
    say(f"Code before: {sides[0].code or 'unknown'}, after: {sides[1].code or 'unknown'}. {summary(compared)}")
    if output:
        output.write_text(compared.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    if compared["verdict"].isin(LOSSES).any():
        raise typer.Exit(1)


def ui(
    study: StudyOption = "digits",
    overrides: SetOption = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On 127.0.0.1.")] = 5000,
) -> None:
    """Serve MLflow on this machine, opened on the comparison of a study's variants. Ctrl-C ends it."""
    from benchmark.commands.ui import serve

    paths = Paths.here()
    serve(load_spec(study, paths.studies, tuple(overrides or ())), paths, port, announce=say)


def report_and_log(records: "StudyRecords", folder: Path, spec: Spec, paths: Paths) -> None:
    """Write and print the report of a whole study, and lay it into MLflow beside its runs."""
    from benchmark.tracking.report_run import log_report

    written = write_and_print(records, folder)
    log_report(folder, spec, paths, None, say, written.headline.answer)


def write_and_print(records: "StudyRecords", folder: Path) -> "Report":
    """Write a report, and print its answer under its table."""
    from reports.output.write import write_report

    written = write_report(records, folder)
    headings = ["verdict", "variant", *(heading.label for heading in written.table.headings)]
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in written.table.rows:
        add_row(table, row.verdict, row.name, *row.cells, style="dim" if row.kind != "variant" else None)
    print_table(table)
    say(written.headline.answer)
    if advice := more_seeds(records):
        say(advice)
    say(f"Report: {written.page}")
    return written


def more_seeds(records: "StudyRecords") -> str:
    """What to do where the race ended with several contenders; "" where it settled them, or is not over.

    Args:
        records: The study.
    """
    from reports.analysis.race import study_race

    found = study_race(records)
    settled = found.race is None or found.race.practically_equal or len(found.race.contenders) < 2
    if settled or not found.finished:
        return ""
    most = 2 * found.rules.most_seeds
    return f"More seeds may settle it: --set final.most_seeds={most} adds some, without a new search"


def store_uri(place: str) -> str:
    """MLflow's address of a place that a person names.

    Raises:
        UserError: if there is no database.
    """
    if "://" in place:
        return place
    path = Path(place)
    candidates = [path, path / _DATABASE, path / "runs" / _DATABASE]
    found = next((candidate for candidate in candidates if is_file(candidate)), None)
    if found is None:
        raise UserError(
            f"{place}: no {_DATABASE} there; name an MLflow URI, an {_DATABASE}, or a folder that holds one"
        )
    return f"sqlite:///{found.resolve()}"


def _side(place: str, spec: Spec) -> "Side":
    from reports.analysis.compare import read_side, side_of
    from reports.records.files import RUNS
    from reports.records.load import load

    if is_file(Path(place) / RUNS):
        return read_side(Path(place))
    return side_of(load(spec.study_id, store_uri(place)), place)
