"""From the words of a command line to a running study: names to variants, devices and workers, one run at a time."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from benchmark.environment import choose_devices, cores
from benchmark.errors import UserError
from benchmark.files import sweep
from benchmark.folders import staying
from benchmark.interrupts import raised
from benchmark.paths import Paths
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.study.callbacks import Callbacks, StudyCallback
from benchmark.study.machine_code import check_compiler, compile_ahead
from benchmark.study.preparation import check_resolution, confirm, cross_checked, is_prepared, prepare
from benchmark.study.runner import Study, StudySettings
from benchmark.study.storage import check_storage
from benchmark.tracking import BackgroundTracker, Spool, import_client
from benchmark.tracking.system_metrics import sampled, sampling_seconds
from benchmark.workers.cluster.asked import Cluster
from benchmark.workers.errand import Result
from benchmark.workers.events import ManagedPool
from benchmark.workers.faults import fault_of, one_line
from benchmark.workers.pool import GRACE_SECONDS, ProcessPool, warm_up
from benchmark.workers.stopping import Terminated
from benchmark.workers.task import CHECKPOINT_SECONDS
from ganzoo.registry import find_variant, find_variants, known_variants
from ganzoo.variant import Variant

if TYPE_CHECKING:  # a finished study need not wait for it
    import torch


@dataclass(frozen=True)
class Resources:
    """What a study may use.

    Attributes:
        workers: Processes of this host, spread over the devices, one a core on a CPU and one a GPU if 0; or a cluster.
        device: As `benchmark.environment.choose_devices` reads it: "auto", "cpu", "cuda", "cuda:0,cuda:2" ...
        storage_url: Optuna's database; None for the journal file.
        tracking_uri: MLflow's; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
        checkpoint_seconds: How long runs train at most between two checkpoints; no result depends on it.
        system_metrics: Whether MLflow gets samples of this machine while runs are under way.
    """

    workers: int | Cluster = 0
    device: str = "auto"
    storage_url: str | None = None
    tracking_uri: str | None = None
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    system_metrics: bool = False


@dataclass(frozen=True)
class LeftOver:
    """What a study leaves to be done.

    Attributes:
        interrupted: Records of runs that were interrupted, which the next call makes again; the study is not over
            while there are any.
        undelivered: How many records MLflow has not got yet, of runs and of variants that have ended; `ganbench sync`
            sends them.
    """

    interrupted: tuple[TrialRecord, ...]
    undelivered: int


def resolve_variants(names: Sequence[str], spec: Spec) -> list[Variant]:
    """The variants called `names`, with sets as "core" and "all" spelt out; those of the spec if there are none.

    Raises:
        UserError: if a name is unknown, or parts do not make sense together.
    """
    try:
        for name in spec.search.by_variant:
            if find_variant(name).name != name:
                raise LookupError(f"[search.{name!r}]: write {find_variant(name).name!r}, the order of its parts")
        return find_variants(names or spec.variants)
    except LookupError as error:
        raise UserError(str(error.args[0])) from error


def with_earlier(variants: Sequence[Variant], work: Path) -> list[Variant]:
    """Variants, and those with final runs of earlier sittings: who comes later races against them.

    Args:
        variants: Those that were asked for.
        work: The study's folder of runs.
    """
    names = {variant.name for variant in variants}
    earlier = (TrialRecord.read(folder) for folder in sorted(work.glob("*-final-0000")))
    others = dict.fromkeys(record.config.variant for record in earlier if record).keys() - names
    known = known_variants()
    found = [known[name] for name in known if name in others]
    for name in sorted(others - known.keys()):
        with suppress(LookupError):  # of a package that is gone, or composed of its parts
            found.append(find_variant(name))
    return [*variants, *found]


def run_study(
    spec: Spec, variants: Sequence[Variant], paths: Paths, resources: Resources, callbacks: Sequence[StudyCallback]
) -> LeftOver:
    """Run what is left of a study.

    Args:
        spec: The study.
        variants: Those to run.
        paths: Where things lie.
        resources: What it may use.
        callbacks: Told how it goes, after MLflow.

    Returns:
        What is left to be done.

    Raises:
        UserError: if data, weights or the device cannot be had, a variant does not take images of the study's
            resolution, another process holds the study, files cannot be read or written, Optuna's database cannot be
            used, or the interval of system metrics is no number.
    """
    variants = with_earlier(variants, paths.work(spec.study_id))
    # What is recorded spells out the sets; the list of variants is no part of the study's id.
    spec = spec.model_copy(update={"variants": tuple(variant.name for variant in variants)})
    check_storage(resources.storage_url)
    # What is measured before is measured here, wherever runs are trained.
    devices = choose_devices("auto" if isinstance(resources.workers, Cluster) else resources.device)
    if resources.system_metrics:
        sampling_seconds()  # what is wrong with it is said before anything is measured
    check_compiler(spec, devices[0].type, here=not isinstance(resources.workers, Cluster))
    try:
        pool, device = _pool(devices, resources)
        settings = StudySettings(spec, paths, device, resources.storage_url, resources.checkpoint_seconds)
        with pool:
            return _run(settings, variants, resources, pool, str(devices[0]), callbacks)
    except UserError:
        raise
    except Exception as error:
        if fault_of(error) == "code":
            raise
        reason = f"study {spec.study_id}: {one_line(error)}"
        raise UserError(f"{reason}; once that is mended, the same command goes on") from error


def _pool(devices: "Sequence[torch.device]", resources: Resources) -> tuple[ManagedPool, str]:
    """Workers, and where they train: on this host as many as its devices have room for if 0, or those of a cluster."""
    workers, places = resources.workers, tuple(map(str, devices))
    if isinstance(workers, Cluster):
        from benchmark.workers.cluster.ray_pool import RayPool

        pool = RayPool(workers, resources.device)
        return pool, pool.device
    if devices[0].type == "cpu":
        size, threads, spread = workers or cores(), 1, () if places == ("cpu",) else places
    else:
        size, spread = workers or len(places), places
        threads = max(1, cores() // size)  # each has its share of the cores
    return ProcessPool(size, threads, devices=spread), places[0]


def _run(
    settings: StudySettings,
    variants: Sequence[Variant],
    resources: Resources,
    pool: ManagedPool,
    device: str,
    callbacks: Sequence[StudyCallback],
) -> LeftOver:
    """Run what is left; `device` is where this host measures, whatever trains the runs."""
    spec, paths = settings.spec, settings.paths
    # A new study is measured in a process of its own, beside the first contact with MLflow. Processes are forked from
    # one that has imports of its own to make first: meanwhile this one makes those of MLflow.
    known = is_prepared(spec, paths)
    if not known:
        warm_up()
    import_client()
    beside = _called if known else pool.run_in_subprocess
    checked = beside(partial(check_resolution, spec, variants, paths))
    checked()
    settings.work.mkdir(parents=True, exist_ok=True)
    with raised(), _held(settings), _ended_gently(pool):
        _sweep(settings)
        prepared = beside(partial(prepare, spec, paths, device))
        tracker = BackgroundTracker(spec, paths, resources.tracking_uri, Callbacks(callbacks).on_notice)
        tracker.connect()
        study = Study(settings, variants, pool, [Spool(settings.work), tracker, *callbacks])
        preparation = prepared()
        check = partial(pool.run_in_subprocess, partial(cross_checked, spec, paths, device))
        before = [partial(_confirm_in_subprocess, pool, spec, paths, device)] if known else []
        if spec.cohort.gradients == "compiled":
            names, tell = [variant.name for variant in variants], Callbacks(callbacks).on_notice
            before.append(partial(compile_ahead, spec, names, paths, preparation.content, pool, tell))
        with sampled(tracker.on_sample) if resources.system_metrics else nullcontext():
            study.run(preparation, before, check)
        return LeftOver(tuple(study.interrupted), len(tracker.owed))


@contextmanager
def _held(settings: StudySettings) -> Iterator[None]:
    """Within it no other process runs the study."""
    holder, lock_path = settings.work / "holder", settings.work / "lock"
    lock = FileLock(lock_path, blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        pid = holder.read_text(encoding="utf-8", errors="replace") if holder.is_file() else "unknown"
        study_id = settings.spec.study_id
        raise UserError(f"study {study_id}: process {pid} is running it; wait for it or end it") from error
    with lock, staying(lock_path, settings.paths.runs):
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield


@contextmanager
def _ended_gently(pool: ManagedPool) -> Iterator[None]:
    """Who is asked to end lets workers keep what they have, while nobody else can take the study up."""
    try:
        yield
    except Terminated:
        pool.end(GRACE_SECONDS)
        raise


def _sweep(settings: StudySettings) -> None:
    """Remove what processes that were killed left unfinished."""
    paths = settings.paths
    for folder in (settings.work, paths.cache, paths.report(settings.spec.study_id), paths.data / "prepared"):
        sweep(folder)
    sweep(paths.runs, "*.tmp")


def _confirm_in_subprocess(pool: ManagedPool, spec: Spec, paths: Paths, device: str) -> None:
    pool.run_in_subprocess(partial(confirm, spec, paths, device))()


def _called(function: Callable[[], Result]) -> Callable[[], Result]:
    """What `ManagedPool.run_in_subprocess` gives, for functions that take no time."""
    return function
