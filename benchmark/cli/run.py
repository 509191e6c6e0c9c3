"""`ganbench run`."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.addresses import STORAGE, check, redacted
from benchmark.cli.console import for_people, is_quiet, say
from benchmark.cli.options import DevicesOption, SetOption, StudyOption, VariantOption
from benchmark.cli.report import hold_to_disk, report_and_log, show_finished, write_and_print
from benchmark.cli.sync import sync_command
from benchmark.cli.verdict import Finished, print_verdict
from benchmark.errors import UserError
from benchmark.folders import check_runs, is_read_only
from benchmark.interrupts import EXIT_CODE
from benchmark.names import chosen_names
from benchmark.notices import tell
from benchmark.paths import Paths
from benchmark.plain_text import counted
from benchmark.spec import Spec
from benchmark.study.existing import spec_to_run
from benchmark.tracking.store import tracking_uri
from benchmark.typed_commands import typed_command
from benchmark.workers.cluster.asked import Cluster, read_workers

if TYPE_CHECKING:
    import pandas as pd

    from benchmark.records import TrialRecord

NO_RESULTS = 1

StorageOption = Annotated[
    str | None,
    typer.Option(help="Optuna's storage URL; runs/optuna.journal if not given.", envvar="OPTUNA_STORAGE"),
]


WorkersOption = Annotated[
    str, typer.Option(help="Worker processes, 0 for one a core or one a GPU; ray or ray://HOST:PORT: a cluster's.")
]


def run(
    study: StudyOption = "digits",
    variant: VariantOption = None,
    workers: WorkersOption = "0",
    device: DevicesOption = "auto",
    overrides: SetOption = None,
    storage: StorageOption = None,
    checkpoint_seconds: Annotated[
        float, typer.Option(min=0.0, help="How long runs train at most between checkpoints; no result depends on it.")
    ] = 180.0,
    system_metrics: Annotated[
        bool,
        typer.Option(
            "--system-metrics",
            envvar="MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",
            help="Log what this machine does (processor, memory, disk, network, GPU) on the runs under way.",
        ),
    ] = False,
) -> None:
    """Search, train, score and track every variant of a study, then write its report.

    The same command continues where it was stopped; a finished study trains nothing.
    """
    with ended_in_words():
        run_one(
            study,
            chosen_names(variant, "--variant"),
            overrides,
            (read_workers(workers), device, storage, None, checkpoint_seconds, system_metrics),
        )


@contextmanager
def ended_in_words() -> Iterator[None]:
    """Within it Ctrl-C, SIGTERM and SIGHUP end the command with one line, and the exit code that shells have for them.

    Raises:
        Exit: of Typer, at their wish.
    """
    from benchmark.workers.stopping import Terminated, terminated_by_signals

    try:
        with terminated_by_signals():
            yield
    except KeyboardInterrupt as stop:  # Typer would end without a word
        print("ganbench: interrupted; the same command continues", file=sys.stderr)
        raise typer.Exit(EXIT_CODE) from stop
    except Terminated as stop:
        print(f"ganbench: ended by {stop.name}, all runs are kept; the same command continues", file=sys.stderr)
        raise typer.Exit(stop.exit_code) from stop


def run_one(
    study: str,
    names: Sequence[str],
    overrides: Sequence[str] | None,
    resources: tuple[int | Cluster, str, str | None, str | None, float, bool],
) -> None:
    """Run what is left of a study, write its report, and print its answer.

    Args:
        study: Name or path of its spec, or its id.
        names: The variants that were asked for; the spec's if none.
        overrides: As `--set` takes them.
        resources: The fields of `benchmark.study.launch.Resources`, in its order.

    Raises:
        UserError: if something that a person can mend is wrong, or runs were interrupted.
        Exit: of Typer, with 1, if a variant has no result because of an error.
    """
    from benchmark.study.preparation import is_prepared
    from benchmark.workers.pool import warm_up

    paths = Paths.here()
    check_runs(paths)
    spec = spec_to_run(study, overrides or (), paths)
    if is_read_only(paths):
        asked = _names(names, spec)
        end_if_failed(show_finished(spec, paths).runs, asked, lambda: edited_since(asked, spec, paths))
        return
    uri = tracking_uri(paths)
    if storage := resources[2]:
        check(storage, STORAGE)
    closing = partial(_say_how_to_go_on, study, overrides, names)
    finished = Finished(spec, names, (uri, storage or ""), paths)
    if verdict := finished.verdict():
        say(f"{spec.study_id}: finished, and nothing has changed since")
        print_verdict(verdict)
        closing()
        return
    if for_people().is_terminal:  # who watches need not wait for seconds of imports
        say(plan(spec))
    if not is_prepared(spec, paths):  # a new study, which will want workers
        warm_up()
    from benchmark.cli.ahead import AheadOfReport
    from benchmark.plugins import check_plugins
    from benchmark.study.launch import Resources, resolve_variants, run_study, with_earlier
    from benchmark.study.progress import progress_on

    check_plugins()
    variants = resolve_variants(names, spec)
    progress = progress_on(for_people())
    callbacks = [AheadOfReport(paths.report(spec.study_id)), *([] if is_quiet() else [progress])]
    try:
        left = run_study(spec, variants, paths, Resources(*resources), callbacks)
    finally:
        progress.close()
    # After the study: its first runs need not wait for what only the report imports.
    from benchmark.artifacts.sources import sources_of
    from reports.records.disk import Disk
    from reports.records.sources import load_here, load_on_disk

    disk, folder, verdict = Disk(paths.runs / "work"), paths.report(spec.study_id), None
    if left.undelivered:
        records = load_on_disk(spec.study_id, disk, left.undelivered, lambda _: None)
        write_and_print(records, folder)
        owed = counted(left.undelivered, "record")
        say(f"MLflow has not got {owed} yet; what is left is on disk, and sent by: {sync_command(study, overrides)}")
    else:
        records = load_here(spec.study_id, uri, disk, say, hasty=True)
        hold_to_disk(records, uri, spec, paths)
        verdict = report_and_log(records, folder, spec, paths)
    if left.interrupted:
        raise UserError(left_over(spec.study_id, left.interrupted))
    closing()
    asked = [variant.name for variant in variants]
    end_if_failed(records.runs, asked, lambda: edited_since(asked, spec, paths))
    if verdict and records.finished:
        parts = (sources_of(variant, spec) for variant in with_earlier(variants, paths.work(spec.study_id)))
        finished.keep(verdict, {file for files in parts for file in files})


def plan(spec: Spec) -> str:
    """What a study is going to do with each variant, known before anything of it is imported."""
    trials, steps = spec.budget.trials, spec.budget.discriminator_steps
    return (
        f"{spec.study_id}: {spec.dataset}; a variant has {counted(trials, 'trial')} "
        f"of {counted(steps, 'step')}, then final runs"
    )


def _say_how_to_go_on(study: str, overrides: Sequence[str] | None, names: Sequence[str]) -> None:
    say(f"Again, or on with it: {typed_command('run', study, overrides, ','.join(names))}")
    say(f"Compare: {typed_command('ui', study, overrides)}")


def left_over(study_id: str, interrupted: "Sequence[TrialRecord]") -> str:
    """What is told of a study that is not over because of runs that were interrupted, at least one."""
    labels = ", ".join(record.config.label for record in interrupted[:3])
    more = f" and {len(interrupted) - 3} more" if len(interrupted) > 3 else ""
    return (
        f"study {study_id} is not over: {labels}{more} interrupted: {interrupted[-1].message}; "
        "the same command makes them again, and --variant leaves variants out"
    )


def _names(asked: Sequence[str], spec: Spec) -> list[str]:
    from benchmark.study.launch import resolve_variants

    return [variant.name for variant in resolve_variants(asked, spec)]


def edited_since(names: Sequence[str], spec: Spec, paths: Paths) -> dict[str, str]:
    """By variant whose last failed run is of an older version of its parts' files: those files."""
    from benchmark.artifacts.sources import older, sources_of
    from benchmark.records import TrialRecord
    from benchmark.tracking.spool import run_folders
    from ganzoo.registry import find_variant

    records = filter(None, map(TrialRecord.read, run_folders(paths.work(spec.study_id))))
    failed = {record.config.variant: record for record in records if record.state == "failed"}
    found = {name: older([failed[name]], sources_of(find_variant(name), spec)) for name in names if name in failed}
    return {name: " and ".join(files) for name, files in found.items() if files}


def end_if_failed(
    runs: "pd.DataFrame", names: Sequence[str], edited: Callable[[], Mapping[str, str]] = dict[str, str]
) -> None:
    """End the command with exit code 1 where variants have no result because of an error, and say which, a line each.

    Args:
        runs: As `reports.records.load.runs_frame`.
        names: The variants that were asked for; the study may have others.
        edited: As `edited_since`, asked if there is something to tell.

    Raises:
        Exit: of Typer, if there are any.
    """
    own = runs[runs["variant"].isin(names)]
    lines = without_results(own) and without_results(own, edited())
    for line in lines:
        tell(redacted(line))
    if lines:
        raise typer.Exit(NO_RESULTS)


def without_results(runs: "pd.DataFrame", edited: Mapping[str, str] | None = None) -> list[str]:
    """What is told of each variant without a completed run, some of whose runs an error of its code ended.

    Args:
        runs: Of all variants.
        edited: By variant, files that were edited since the failure: who mended one must not look for it again.
    """
    lines = []
    for variant, own in runs.groupby("variant"):
        failed = own[own["state"] == "failed"]
        if len(failed) and not (own["state"] == "complete").any():
            count = f"{len(failed)} of its {counted(len(own), 'run')} failed"
            why = f"variant {variant} has no result: {count}, as by {failed['message'].iloc[-1]}"
            mended = "; mend that, and --set name=NAME begins a study without them"
            if file := (edited or {}).get(str(variant)):
                mended = f", of an older version of {file}; --set name=NAME begins a study with what is there now"
            lines.append(f"{why}{mended}")
    return lines
