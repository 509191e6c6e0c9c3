"""From the words of a command line to a running study: names to variants, devices and workers, one run at a time."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from benchmark.environment import choose_device, cores
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.study.callbacks import Callbacks, StudyCallback
from benchmark.study.preparation import check_resolution, confirm, is_prepared, prepare
from benchmark.study.runner import Study, StudySettings
from benchmark.tracking import BackgroundTracker, import_client
from benchmark.workers.pool import ProcessPool, Result
from ganzoo.registry import find_variant, find_variants, known_variants
from ganzoo.variant import Variant


@dataclass(frozen=True)
class Resources:
    """What a study may use.

    Attributes:
        workers: Processes; one a core on a CPU and one a GPU if 0.
        device: "auto", "cpu", "cuda", "cuda:1" ...
        storage_url: Optuna's database; None for the journal file.
        tracking_uri: MLflow's; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
    """

    workers: int = 0
    device: str = "auto"
    storage_url: str | None = None
    tracking_uri: str | None = None


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
) -> None:
    """Run what is left of a study.

    Args:
        spec: The study.
        variants: Those to run.
        paths: Where things lie.
        resources: What it may use.
        callbacks: Told how it goes, after MLflow.

    Raises:
        UserError: if data, weights or the device cannot be had, a variant does not take images of the study's
            resolution, or another process holds the study.
    """
    variants = with_earlier(variants, paths.work(spec.study_id))
    # What is recorded spells out the sets; the list of variants is no part of the study's id.
    spec = spec.model_copy(update={"variants": tuple(variant.name for variant in variants)})
    device = choose_device(resources.device)
    workers = resources.workers or (1 if device.type == "cuda" else cores())
    settings = StudySettings(spec, paths, str(device), resources.storage_url)
    holder = settings.work / "holder"
    with ProcessPool(workers, threads=1 if device.type == "cpu" else cores()) as pool:
        # A new study is measured in a process of its own, beside the imports and the first contact with MLflow.
        known = is_prepared(spec, paths)
        beside = _called if known else pool.run_in_subprocess
        checked = beside(partial(check_resolution, spec, variants, paths))
        import_client()
        checked()
        settings.work.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(settings.work / "lock", blocking=False):
                holder.write_text(str(os.getpid()), encoding="utf-8")
                prepared = beside(partial(prepare, spec, paths, str(device)))
                tracker = BackgroundTracker(spec, paths, resources.tracking_uri, Callbacks(callbacks).on_notice)
                tracker.connect()
                study = Study(settings, variants, pool, [tracker, *callbacks])
                study.run(
                    prepared(), partial(_confirm_in_subprocess, pool, spec, paths, str(device)) if known else None
                )
        except Timeout as error:
            pid = holder.read_text(encoding="utf-8") if holder.is_file() else "unknown"
            raise UserError(f"study {spec.study_id}: process {pid} is running it; wait for it or end it") from error


def _confirm_in_subprocess(pool: ProcessPool, spec: Spec, paths: Paths, device: str) -> None:
    pool.run_in_subprocess(partial(confirm, spec, paths, device))()


def _called(function: Callable[[], Result]) -> Callable[[], Result]:
    """What `ProcessPool.run_in_subprocess` gives, for functions that take no time."""
    return function
