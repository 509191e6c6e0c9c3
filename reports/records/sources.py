"""A study from MLflow, and from the records on disk where MLflow is away or has not got them all yet."""

from collections.abc import Callable
from dataclasses import replace
from math import inf

from benchmark.addresses import is_local
from benchmark.plain_text import counted
from reports.records.disk import Disk
from reports.records.load import StudyRecords, load_from
from reports.records.store import Store, StoreAwayError
from reports.records.stored import Source, StoredStudy

PATIENCE_SECONDS = 60.0


class _Read:
    """A store of which one study was read before.

    Args:
        store: The store.
        study_id: The study.
    """

    def __init__(self, store: Store, study_id: str) -> None:
        self._store = store
        self._studies = {study_id: store.study(study_id)}

    def has(self, study_id: str) -> bool:
        """Whether it is the one that was read."""
        return study_id in self._studies

    def study(self, study_id: str) -> StoredStudy:
        """What was read."""
        return self._studies[study_id]

    def artifact(self, place: str, name: str) -> bytes | None:
        """See `Store.artifact`."""
        return self._store.artifact(place, name)


def load_here(
    study_id: str, uri: str, disk: Disk, notify: Callable[[str], None], *, hasty: bool = False
) -> StudyRecords:
    """Read a study that ran on this machine, others perhaps beside it.

    Args:
        study_id: Name of the experiment.
        uri: MLflow's tracking URI.
        disk: The records of this machine.
        notify: Told in one line if MLflow is away, or has not got all records; the warnings say it, too.
        hasty: Whether a slow server is not waited for.

    Raises:
        UserError: as `reports.records.load.load`, where the records on disk do not do in MLflow's place.
    """
    patience = PATIENCE_SECONDS if hasty and not is_local(uri) else inf
    if not disk.has(study_id):
        return load_from(study_id, [Store(uri, patience)])
    try:
        store = Store(uri, patience)
        if not store.has(study_id):
            return load_on_disk(study_id, disk, len(disk.labels(study_id)), notify)
        return _completed(study_id, _Read(store, study_id), disk, notify)
    except StoreAwayError as error:
        line = f"Made from the records under runs/ of this machine alone: {str(error)[:200]}"
        return _warned(load_from(study_id, [disk]), line, notify)


def load_on_disk(study_id: str, disk: Disk, missing: int, notify: Callable[[str], None]) -> StudyRecords:
    """Read a study from the records on disk, of which MLflow has not got so many yet.

    Raises:
        UserError: if it did not run here, or a record cannot be read.
    """
    return _warned(load_from(study_id, [disk]), _behind(missing), notify)


def _completed(study_id: str, read: _Read, disk: Disk, notify: Callable[[str], None]) -> StudyRecords:
    """What MLflow has, with what it has not got yet."""
    stored, here = read.study(study_id), disk.labels(study_id)
    known = {run.record.config.label for run in stored.runs if run.record}
    missing = len(here - known)
    if not missing and (stored.finished or not disk.finished(study_id)):
        return load_from(study_id, [read])
    # Of runs that were all made here, the disk knows more; others' are in MLflow alone.
    sources: list[Source] = [read, disk] if known - here else [disk]
    return _warned(load_from(study_id, sources), _behind(missing), notify)


def _behind(missing: int) -> str:
    what = counted(missing, "record") if missing else "the end of the study"
    return f"MLflow has not got {what} yet: read from the disk; `ganbench sync` sends what is missing"


def _warned(records: StudyRecords, line: str, notify: Callable[[str], None]) -> StudyRecords:
    notify(line)
    return replace(records, warnings=(*records.warnings, f"{line}."))
