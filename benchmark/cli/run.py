"""`ganbench run`."""

import sys
from typing import Annotated

import typer

from benchmark.cli.console import console, say
from benchmark.cli.options import DeviceOption, SetOption, StudyOption, VariantOption, names_in
from benchmark.cli.report import report_and_log
from benchmark.paths import Paths
from benchmark.spec import load_spec

StorageOption = Annotated[
    str | None,
    typer.Option(help="Optuna's storage URL; runs/optuna.journal if not given.", envvar="OPTUNA_STORAGE"),
]


def run(
    study: StudyOption = "digits",
    variant: VariantOption = "",
    workers: Annotated[int, typer.Option(min=0, max=4096, help="Worker processes; 0: one a core, or one a GPU.")] = 0,
    device: DeviceOption = "auto",
    overrides: SetOption = None,
    storage: StorageOption = None,
) -> None:
    """Search, train, score and track every variant of a study, then write its report.

    The same command continues where it was stopped; a finished study trains nothing.
    """
    from benchmark.study.preparation import is_prepared
    from benchmark.workers.pool import warm_up

    paths = Paths.here()
    spec = load_spec(study, paths.studies, tuple(overrides or ()))
    if not is_prepared(spec, paths):  # a new study, which will want workers
        warm_up()
    from benchmark.study.launch import Resources, resolve_variants, run_study
    from benchmark.study.progress import LiveProgress, PlainProgress

    variants = resolve_variants(names_in(variant), spec)
    progress = LiveProgress(console) if console.is_terminal else PlainProgress(console)
    try:
        run_study(spec, variants, paths, Resources(workers, device, storage), [progress])
    except KeyboardInterrupt as stop:  # Typer would end without a word
        print("ganbench: interrupted; the same command continues", file=sys.stderr)
        raise typer.Exit(130) from stop
    finally:
        progress.close()
    # After the study: its first runs need not wait for what only the report imports.
    from benchmark.tracking.store import tracking_uri
    from reports.records.load import load

    report_and_log(load(spec.study_id, tracking_uri(paths)), paths.report(spec.study_id), spec, paths)
    say(f"Compare: make ui STUDY={study}")
