"""Studies, run and read from Python as `ganbench run` and `ganbench report` do."""

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.addresses import STORAGE, check
from benchmark.errors import whole_number
from benchmark.folders import check_runs
from benchmark.library.results import StudyResults
from benchmark.names import chosen_names
from benchmark.notices import tell
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.spec.python_values import overrides
from benchmark.study.existing import existing_spec, spec_to_run
from benchmark.workers.cluster.asked import MOST_WORKERS, Cluster, read_workers

if TYPE_CHECKING:
    from benchmark.study.progress import Progress


def run(
    study: str | Path = "digits",
    variants: str | Iterable[str] | None = None,
    set: Mapping[str, object] | None = None,  # noqa: A002
    workers: int | str = 0,
    device: str = "auto",
    progress: bool = True,
) -> StudyResults:
    """Search, train, score and track every variant of a study: `ganbench run` on the command line, without its report.

    The same call continues where it was stopped, by Ctrl-C too; a finished study trains nothing. It needs no
    `if __name__ == "__main__":`, and works in a notebook.

    Args:
        study: Name of a spec, the path of a TOML file, or the id of a study that ran, as its folders are called.
        variants: Names, sets ("core"), or parts ("resnet+hinge+r1"), a list of them or commas between; the spec's if
            None.
        set: Keys of the spec, as in {"budget.trials": 2}.
        workers: Processes, 0 for one a core, or one a GPU; or those of a Ray cluster, "ray" or "ray://HOST:PORT".
        device: "auto", "cpu", "cuda", "cuda:1" ...
        progress: Whether to print how far it is.

    Raises:
        UserError: if a name, a key or a value is not allowed, data or weights cannot be had, or another process runs
            the study.

    >>> import benchmark
    >>> benchmark.run("smoke", variants=["dcgna"])
    Traceback (most recent call last):
    benchmark.errors.UserError: unknown variant 'dcgna': did you mean 'dcgan'? ...
    """
    from benchmark.study.preparation import is_prepared
    from benchmark.workers.pool import warm_up

    paths, names = Paths.here(), chosen_names(variants, "variants")
    asked = read_workers(workers) if isinstance(workers, str) else whole_number("workers", workers, 0, MOST_WORKERS)
    check_runs(paths)
    spec = spec_to_run(str(study), overrides(set), paths)
    with _environment_kept():
        if not is_prepared(spec, paths):  # a new study, which will want workers: they import beside this process
            warm_up()
    _import_bars()
    import_module("torch")  # with as many threads as the caller has it
    with _environment_kept():
        owed = _run(spec, names, paths, (asked, device), progress)
    return _read(spec, paths, owed)


def load_study(study: str | Path = "digits", set: Mapping[str, object] | None = None) -> StudyResults:  # noqa: A002
    """A study that ran, or runs just now, read from MLflow and from the records under runs/.

    Args:
        study: As `run` takes it.
        set: As `run` takes it, for a study that ran with other values has other runs.

    Raises:
        UserError: if there is no such study, or its records cannot be read.

    >>> import benchmark
    >>> benchmark.load_study("smoke", set={"seed": 123456})
    Traceback (most recent call last):
    benchmark.errors.UserError: no study 'smoke-f637d1cd' in ...; known: ...
    """
    from benchmark.tracking.relocation import relocate

    paths = Paths.here()
    check_runs(paths)
    spec = existing_spec(str(study), overrides(set), paths)
    _import_bars()
    if moved := relocate(paths):
        tell(moved)
    return _read(spec, paths, owed=0)


def _run(
    spec: Spec, variants: Sequence[str], paths: Paths, resources: tuple[int | Cluster, str], progress: bool
) -> int:
    """Run what is left, and give how many records MLflow has not got."""
    from benchmark.plugins import check_plugins
    from benchmark.study.launch import Resources, resolve_variants, run_study

    storage = os.environ.get("OPTUNA_STORAGE") or None
    if storage:
        check(storage, STORAGE)
    check_plugins()
    chosen = resolve_variants(variants, spec)
    shown = [_progress()] if progress else []
    try:
        left = run_study(spec, chosen, paths, Resources(*resources, storage_url=storage), shown)
    finally:
        for each in shown:
            each.close()
    if left.interrupted:
        labels = ", ".join(record.config.label for record in left.interrupted)
        tell(f"study {spec.study_id} is not over: {labels} interrupted; the same call makes them again")
    return left.undelivered


def _progress() -> "Progress":
    from rich.console import Console

    from benchmark.study.progress import progress_on

    console = Console()
    # A notebook says that it is a terminal, and keeps all that is drawn there.
    return progress_on(Console(force_jupyter=False, force_terminal=False) if console.is_jupyter else console)


def _import_bars() -> None:
    """Import the progress bars that MLflow and Optuna bring: in a notebook they warn that they cannot be drawn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import_module("tqdm.auto")


def _read(spec: Spec, paths: Paths, owed: int) -> StudyResults:
    from benchmark.tracking.store import tracking_uri
    from reports.records.disk import Disk
    from reports.records.sources import load_here, load_on_disk

    disk = Disk(paths.runs / "work")
    if owed:
        return StudyResults(load_on_disk(spec.study_id, disk, owed, tell), paths)
    return StudyResults(load_here(spec.study_id, tracking_uri(paths), disk, tell), paths)


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Workers are started with variables of their own, which are none of the caller's."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
