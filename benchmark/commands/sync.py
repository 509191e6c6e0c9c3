"""Sends MLflow what it has not got of a study: from the records on disk, in order, each once."""

from collections.abc import Callable
from dataclasses import dataclass

from filelock import FileLock, Timeout

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.study.final_race import FinalRace, fruitless
from benchmark.tracking.report_run import PAGE, log_report
from benchmark.tracking.spool import REAL_GRID, StudyRecord, run_folders
from benchmark.tracking.tracker import Tracker


@dataclass(frozen=True)
class Delivery:
    """What came of it.

    Attributes:
        runs: Runs that have left a record on disk.
        sent: Those whose records were sent now; the others' MLflow had.
        left: Records that it has not got, of runs and of variants that have ended.
    """

    runs: int
    sent: int
    left: int


def send(spec: Spec, paths: Paths, uri: str | None, notify: Callable[[str], None]) -> Delivery:
    """Send what MLflow has not got; killed on the way, it goes on where it was the next time.

    Args:
        spec: The study.
        paths: The folders of the checkout.
        uri: MLflow's tracking URI; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
        notify: Told in one line what a person should know.

    Raises:
        UserError: if the study did not run here, or runs just now, which sends its records itself.
    """
    folder = paths.work(spec.study_id)
    kept = StudyRecord.read(folder)
    if kept is None:
        raise UserError(f"{folder}: no records of study {spec.study_id} to send: run it first")
    try:
        with FileLock(folder / "lock", blocking=False):
            return _send(kept, paths, uri, notify)
    except Timeout as error:
        holder = folder / "holder"
        pid = holder.read_text(encoding="utf-8") if holder.is_file() else "unknown"
        raise UserError(f"study {spec.study_id}: process {pid} is running it, and sends its records itself") from error


def _send(kept: StudyRecord, paths: Paths, uri: str | None, notify: Callable[[str], None]) -> Delivery:
    spec = kept.spec
    folder = paths.work(spec.study_id)
    tracker = Tracker(spec, paths, uri, notify)
    tracker.start_study(kept.protocol, kept.baseline, folder / REAL_GRID, kept.cross_check)
    for variant, parts in kept.variants.items():
        tracker.on_variant_start(variant, parts)
    left_in = ((each, TrialRecord.left_in(each)) for each in run_folders(folder))
    # A copy of another run's folder is none of its own.
    found = {each: record for each, record in left_in if record and record.config.label == each.name}
    folders = list(found)
    tracker.sync(folders)
    _end_variants(tracker, kept, [record for record in found.values() if record.state != "interrupted"])
    tracker.on_study_end()
    left = len(tracker.owed)
    report = paths.report(spec.study_id)
    if not left and (report / PAGE).is_file():
        log_report(report, spec, paths, uri, notify)
    return Delivery(len(folders), tracker.sent, left)


def _end_variants(tracker: Tracker, kept: StudyRecord, records: list[TrialRecord]) -> None:
    """Tell of the variants that have ended, as the study did."""
    spec, labels = kept.spec, {record.config.label: record for record in records}
    race = FinalRace.of(spec)
    if spec.budget.searches > 1:
        for variant, search in fruitless(records, spec.budget.trials):
            race.pass_over(variant, search)
    race.take(sorted((r for r in records if r.config.kind in ("final", "paper")), key=lambda r: r.config.label))
    if (result := race.result()) is not None:
        tracker.on_race(result)
    for variant, best in kept.ended.items():
        finals = [r for r in records if (r.config.variant, r.config.kind) == (variant, "final")]
        tracker.on_variant_end(variant, labels.get(best), sorted(finals, key=lambda r: r.config.number))
