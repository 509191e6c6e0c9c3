"""`ganbench report`, `compare` and `ui`: what came out, and how it compares."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from benchmark.addresses import STORE, check, sqlite_url
from benchmark.cli import completion
from benchmark.cli.console import add_row, answer, print_document, print_table, say
from benchmark.cli.options import SetOption, StudyOption
from benchmark.cli.output_file import check_output, write_output
from benchmark.cli.verdict import Row, Verdict, plain, print_verdict
from benchmark.errors import UserError
from benchmark.files import is_file
from benchmark.folders import check_runs
from benchmark.interrupts import EXIT_CODE, raised
from benchmark.names import chosen_names
from benchmark.paths import Paths
from benchmark.plain_text import counted
from benchmark.spec import Spec
from benchmark.study.existing import existing_id, existing_spec

if TYPE_CHECKING:
    import pandas as pd

    from reports.analysis.compare import Side
    from reports.output.write import Report
    from reports.records.load import StudyRecords

_DATABASE = "mlflow.db"


def report(
    study: Annotated[
        list[str] | None,
        typer.Option(
            "--study",
            help="Name of a spec, path, or id of a study that ran. Repeatable.",
            autocompletion=completion.studies,
        ),
    ] = None,
    overrides: SetOption = None,
    store: Annotated[
        list[str] | None,
        typer.Option("--store", help="Where runs are: an MLflow URI, an mlflow.db or its folder. Repeatable."),
    ] = None,
    variant: Annotated[
        str | None, typer.Option(help="Only these, commas between.", autocompletion=completion.variants)
    ] = None,
    watch: Annotated[
        int, typer.Option(min=0, max=86_400, help="Write it again every so many seconds while runs go on.")
    ] = 0,
    output: Annotated[Path | None, typer.Option(help="Folder; runs/reports/STUDY if not given.")] = None,
) -> None:
    """Write the comparison of a study again, of several, or of what several machines ran."""
    from benchmark.tracking.relocation import relocate
    from benchmark.tracking.store import tracking_uri
    from reports.output.watch import watch as watch_runs

    paths = Paths.here()
    check_runs(paths)
    uris = [store_uri(place) for place in store or []]
    here = "" if uris else tracking_uri(paths)
    if uris:
        ids = [existing_id(name, overrides or (), paths) for name in study or ["digits"]]
    else:
        is_server = here != sqlite_url(paths.runs.resolve() / _DATABASE)
        specs = [existing_spec(name, overrides or (), paths, elsewhere=is_server) for name in study or ["digits"]]
        ids = [spec.study_id for spec in specs]
    if not store and (moved := relocate(paths)):
        say(moved)
    names, folder = chosen_names(variant, "--variant"), output or paths.report("+".join(ids))
    if watch:
        say(f"{folder / 'index.html'}: written every {watch} s; Ctrl-C ends it")
        try:
            with raised():
                watch_runs(lambda: _records(ids, uris, here, names, lambda _: None), folder, watch, say, time.sleep)
        except KeyboardInterrupt as stop:
            raise typer.Exit(EXIT_CODE) from stop
        return
    records = _records(ids, uris, here, names, say)
    if store or output or names or len(ids) > 1:
        write_and_print(records, folder)
    else:
        hold_to_disk(records, here, specs[0], paths)
        report_and_log(records, folder, specs[0], paths)


def _records(
    ids: Sequence[str], uris: Sequence[str], here: str, variants: Sequence[str], notify: Callable[[str], None]
) -> "StudyRecords":
    """Studies from the stores that a person named; if that is none, from MLflow `here` and from this machine's disk."""
    from reports.records.disk import Disk
    from reports.records.selection import joined, select
    from reports.records.sources import load_here

    if uris:
        return select(ids, uris, variants)
    disk = Disk(Paths.here().runs / "work")
    return joined([load_here(study_id, here, disk, notify) for study_id in dict.fromkeys(ids)], variants)


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

    check_output(output)
    study_id = existing_id(study, overrides or (), Paths.here())
    sides = [_side(place, study_id) for place in (before, after)]
    compared = compare_sides(*sides)
    effect = "after / before" if (compared["scale"] == RATIO.name).any() else "difference"
    table = Table("variant", "before", "after", f"{effect}, 95 % interval", "p", "diverged", "", box=None)
    for _, row in compared.iterrows():
        interval = f"{row['effect']:.4g} ({row['low']:.4g} to {row['high']:.4g})"
        seeds = [f"{row[end]:.4g} ({counted(row[f'seeds_{end}'], 'seed')})" for end in ("before", "after")]
        diverged = f"{row['diverged_before']}, {row['diverged_after']}"
        add_row(table, row["variant"], *seeds, interval, fixed(row["adjusted"], 3), diverged, row["verdict"])
    print_table(table)
    before_code, after_code = (side.code or "unknown" for side in sides)
    answer(f"Code before: {before_code}, after: {after_code}. {summary(compared)}")
    if output:
        write_output(output, compared.to_csv(index=False, lineterminator="\n"))
    print_document(
        {
            "code_before": before_code,
            "code_after": after_code,
            "summary": summary(compared),
            "variants": rows_of(compared),
        }
    )
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
    with raised():
        serve(existing_spec(study, overrides or (), paths), paths, port, announce=answer)


def hold_to_disk(records: "StudyRecords", uri: str, spec: Spec, paths: Paths) -> None:
    """Hold MLflow's file under runs/ to the records beside it; a server, or a file elsewhere, may know of more.

    Raises:
        UserError: naming the first run that differs.
    """
    from reports.records.on_disk import check_on_disk

    database = paths.runs.resolve() / _DATABASE
    if uri == sqlite_url(database):
        check_on_disk(records, paths.work(spec.study_id), database)


def report_and_log(records: "StudyRecords", folder: Path, spec: Spec, paths: Paths) -> Verdict:
    """Write and print the report of a whole study, and lay it into MLflow beside its runs."""
    from benchmark.tracking.report_run import log_report

    verdict = write_and_print(records, folder)
    log_report(folder, spec, paths, None, say)
    return verdict


def write_and_print(records: "StudyRecords", folder: Path) -> Verdict:
    """Write a report, and print its answer under its table."""
    from reports.output.write import write_report

    try:
        written = write_report(records, folder)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}); --output names another folder") from error
    verdict = verdict_of(records, written, more_seeds(records))
    print_verdict(verdict)
    return verdict


def show_finished(spec: Spec, paths: Paths) -> "StudyRecords":
    """Print the report of a finished study of which nothing can be written, and give the study.

    Raises:
        UserError: if it is not finished.
    """
    from benchmark.tracking.store import tracking_uri
    from reports.output.write import write_report
    from reports.records.load import load

    records = load(spec.study_id, tracking_uri(paths))
    if not records.finished:
        raise UserError(f"{paths.runs}: cannot be written to, and study {spec.study_id} has not come to its end")
    with TemporaryDirectory() as folder:
        print_verdict(replace(verdict_of(records, write_report(records, Path(folder)), advice=""), page=None))
    say(f"{paths.runs} cannot be written to: nothing was trained or written; ganbench report --output FOLDER writes it")
    return records


def verdict_of(records: "StudyRecords", written: "Report", advice: str) -> Verdict:
    """What is printed of a report that was written; for a program, a row a variant as in its variants.csv."""
    answered = written.headline.answer
    return Verdict(
        headings=("verdict", "variant", *(heading.label for heading in written.table.headings)),
        rows=tuple(Row((row.verdict, row.name, *row.cells), row.kind == "variant") for row in written.table.rows),
        answer=answered,
        advice=advice,
        page=str(written.page),
        document=plain({"study": records.study_id, "answer": answered, "variants": rows_of(written.board)}),
    )


def rows_of(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """The rows of a table of at least one column; what is missing is null."""
    return json.loads(frame.to_json(orient="records"))  # type: ignore[no-any-return]


def more_seeds(records: "StudyRecords") -> str:
    """What to do where the race ended with several contenders; "" where it settled them, or is not over.

    Args:
        records: The study.
    """
    from reports.analysis.race import study_race
    from reports.analysis.searches import more_of

    found = study_race(records)
    settled = found.race is None or found.race.practically_equal or len(found.race.contenders) < 2
    if settled or not found.finished:
        return ""
    if records.spec.budget.searches > 1:
        return f"More searches may settle it: --set {more_of(records.spec)} adds some, and repeats none"
    return f"More seeds may settle it: --set {more_of(records.spec)} adds some, without a new search"


def store_uri(place: str) -> str:
    """MLflow's address of a place that a person names.

    Raises:
        UserError: if there is no database, or MLflow keeps no runs there.
    """
    if "://" in place or place.startswith("file:"):
        return check(place, STORE)
    path = Path(place)
    candidates = [path, path / _DATABASE, path / "runs" / _DATABASE]
    found = next((candidate for candidate in candidates if is_file(candidate)), None)
    if found is None:
        raise UserError(
            f"{place}: no {_DATABASE} there; name an MLflow URI, an {_DATABASE}, or a folder that holds one"
        )
    return check(sqlite_url(found.resolve()), STORE)


def _side(place: str, study_id: str) -> "Side":
    from reports.analysis.compare import read_side, side_of
    from reports.records.files import RUNS
    from reports.records.load import load

    if is_file(Path(place) / RUNS):
        return read_side(Path(place))
    return side_of(load(study_id, store_uri(place)), place)
