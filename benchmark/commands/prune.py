"""What a study that has run needs no more: found, told, and removed.

All that a command reads stays: records, samples, reports, what MLflow knows, and the weights of final runs, once each.
Everything here is a matter of files, so that neither MLflow nor torch is asked.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from benchmark.errors import UserError
from benchmark.files import read_file
from benchmark.paths import Paths
from benchmark.records import (
    CHECKPOINT_FILE,
    DISCRIMINATOR_FILE,
    GENERATOR_FILE,
    LATENTS_FILE,
    RECORD_FILE,
    TrialRecord,
)
from benchmark.tracking.relocation import ARTIFACTS

WEIGHTS = (GENERATOR_FILE, DISCRIMINATOR_FILE, LATENTS_FILE)
SEARCH = ("trial", "candidate")
OF_THE_SEARCH = "weights of the search's runs: nothing reads them, final runs are trained from their seeds"
COPIES = "further copies of final runs' weights: they become one file under several names (hard links)"
ENDED = "checkpoints of runs that have ended"
NOT_ENDED = "checkpoints of runs that have not ended: they begin again from their seeds"
CACHE = "statistics of real images, recorded and compiled gradients: computed again when asked for"
PREPARED = "prepared data sets: prepared again when asked for"


@dataclass(frozen=True)
class Saving:
    """A file that takes room for nothing.

    Attributes:
        reason: What it is, for a person; one of those above.
        path: The file.
        size: Bytes that are free without it.
        original: A file with the same bytes, whose second name it becomes; None if it is removed.
    """

    reason: str
    path: Path
    size: int
    original: Path | None = None


def study_ids(paths: Paths) -> list[str]:
    """The studies that have left something under runs/work, in the order of their names."""
    work = paths.work("")
    return sorted(folder.name for folder in work.iterdir() if folder.is_dir()) if work.is_dir() else []


@contextmanager
def at_rest(paths: Paths, study_id: str) -> Iterator[None]:
    """Within it a study does not run.

    Raises:
        UserError: if it runs now.
    """
    lock = FileLock(paths.work(study_id) / "lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise UserError(f"study {study_id}: it is running; nothing of it was touched") from error
    with lock:
        yield


def savings(paths: Paths, study_id: str, *, unfinished: bool = False) -> list[Saving]:
    """What a study can do without.

    Args:
        paths: Where things lie.
        study_id: The study.
        unfinished: Whether the checkpoints of runs that have not ended count, too.
    """
    work, artifacts = paths.work(study_id), paths.runs / ARTIFACTS / study_id
    runs = [folder for folder in sorted(work.iterdir()) if folder.is_dir()]
    logged = sorted(path.parent for path in artifacts.glob(f"*/*/{RECORD_FILE}"))
    found = [*_checkpoints(runs, unfinished=unfinished)]
    removed = [file for folder in (*runs, *logged) if _is_of_the_search(folder) for file in _weights(folder)]
    found += [Saving(OF_THE_SEARCH, file, file.stat().st_size) for file in removed]
    gone = {saving.path for saving in found}
    kept = [file for name in WEIGHTS for place in (work, artifacts) for file in place.rglob(name) if file not in gone]
    return [*found, *_copies(sorted(kept, key=_place))]


def shared_savings(paths: Paths) -> list[Saving]:
    """What all studies share and can be computed again; data that lie elsewhere may be other people's, too."""
    places = {CACHE: paths.cache} | ({PREPARED: paths.data / "prepared"} if paths.data == paths.root / "data" else {})
    return [
        Saving(reason, file, file.stat().st_size)
        for reason, place in places.items()
        for file in sorted(place.rglob("*"))
        if file.is_file() and not file.is_symlink()
    ]


def free(found: Iterable[Saving]) -> int:
    """Remove files, or make them second names of others; gives the bytes that are free now.

    A file that cannot become a second name, as where a file system has none, stays as it is.
    """
    freed = 0
    for saving in found:
        if saving.original is None:
            saving.path.unlink(missing_ok=True)
        elif not _linked(saving.path, saving.original):
            continue
        freed += saving.size
    return freed


def _checkpoints(runs: Iterable[Path], *, unfinished: bool) -> Iterator[Saving]:
    for folder in runs:
        file, record = folder / CHECKPOINT_FILE, _record(folder)
        has_ended = record is not None and record.state != "interrupted"
        if file.is_file() and (has_ended or unfinished):
            yield Saving(ENDED if has_ended else NOT_ENDED, file, file.stat().st_size)


def _is_of_the_search(folder: Path) -> bool:
    """Whether a folder holds a run of the search that has ended, with its record."""
    record = _record(folder)
    return record is not None and record.config.kind in SEARCH and record.state != "interrupted"


def _record(folder: Path) -> TrialRecord | None:
    """The record in a folder as it lies there; None if there is none that can be read."""
    with suppress(OSError, ValueError):
        return TrialRecord.from_json(read_file(folder / RECORD_FILE))
    return None


def _weights(folder: Path) -> Iterator[Path]:
    for name in WEIGHTS:
        if (folder / name).is_file() and not (folder / name).is_symlink():
            yield folder / name


def _copies(files: Iterable[Path]) -> Iterator[Saving]:
    """The files whose bytes one before them has; second names of one file are none."""
    originals: dict[str, Path] = {}
    for file in files:
        if file.is_symlink() or not file.is_file():
            continue
        original = originals.setdefault(hashlib.sha256(file.read_bytes()).hexdigest(), file)
        if original != file and not original.samefile(file):
            yield Saving(COPIES, file, file.stat().st_size, original)


def _place(file: Path) -> tuple[str, str]:
    return file.name, str(file)


def _linked(path: Path, original: Path) -> bool:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.hardlink_to(original)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        return False
    return True
