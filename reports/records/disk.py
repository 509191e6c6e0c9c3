"""The records of this machine's runs as they lie under runs/: what MLflow was told, or is still to be told."""

from pathlib import Path

from benchmark.errors import UserError
from benchmark.files import read_file
from benchmark.notices import tell_once
from benchmark.records import RECORD_FILE, TrialRecord
from benchmark.tracking.spool import STUDY_FILE, StudyRecord, run_folders
from reports.records.stored import StoredRun, StoredStudy


class Disk:
    """Reads studies from the folders in which their runs ran.

    Args:
        work: Where the folders of studies are, each called by its study's id.
    """

    def __init__(self, work: Path) -> None:
        self._work = work

    def has(self, study_id: str) -> bool:
        """Whether the study ran here."""
        return (self._work / study_id / STUDY_FILE).is_file()

    def labels(self, study_id: str) -> set[str]:
        """The labels of the runs that have ended here."""
        return {folder.name for folder in run_folders(self._work / study_id)}

    def finished(self, study_id: str) -> bool:
        """Whether every variant that was begun here has come to its end; no where that cannot be read."""
        try:
            kept = StudyRecord.read(self._work / study_id)
        except UserError:
            return False
        return kept is not None and kept.finished

    def study(self, study_id: str) -> StoredStudy:
        """The study, without the runs that have not ended.

        Raises:
            UserError: if it did not run here, or a record cannot be read.
        """
        folder = self._work / study_id
        kept = StudyRecord.read(folder)
        if kept is None:
            raise UserError(f"no study {study_id!r} in {self._work}: run it first")
        found = (_stored(each, self) for each in run_folders(folder))
        runs = [run for run in found if run is not None]
        return StoredStudy(
            tags=kept.tags,
            variants=kept.variants,
            places=[(self, str(folder))],
            runs=sorted(runs, key=lambda run: run.key),
            finished=kept.finished,
        )

    def artifact(self, place: str, name: str) -> bytes | None:
        """A file of a run, which lies beside its record whatever folder MLflow has it in.

        Args:
            place: The run's folder, or the study's.
            name: As MLflow knows it.
        """
        try:
            return (Path(place) / Path(name).name).read_bytes()
        except OSError:
            return None


def _stored(folder: Path, disk: Disk) -> StoredRun | None:
    """The run in a folder; None, which is told, if the record is another's, as after a copy."""
    try:
        record = TrialRecord.from_json(read_file(folder / RECORD_FILE))
    except (OSError, ValueError) as error:
        raise UserError(f"{folder / RECORD_FILE}: cannot be read: {error}") from error
    run = record.config
    if run.label != folder.name or record.study not in ("", folder.parent.name):
        tell_once(f"{folder / RECORD_FILE}: left out, for it is of {run.label} of study {record.study or 'unknown'}")
        return None
    started = (folder / RECORD_FILE).stat().st_mtime_ns // 1_000_000
    return StoredRun(run.variant, run.kind, run.number, record.state, {}, {}, str(folder), started, record, disk)
