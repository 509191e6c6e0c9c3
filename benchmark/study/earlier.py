"""Records of earlier sittings: whose they are is checked before they count."""

from pathlib import Path

from benchmark.digests import set_aside
from benchmark.records import RECORD_FILE, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.training.random_streams import derive_seed

AGAIN = "the run is made again"


def earlier_record(folder: Path, spec: Spec) -> TrialRecord | None:
    """The record in a folder of a study; None if there is none, or it is damaged or of another study or run.

    Such a one is set aside, which is said in one line.
    """
    record = TrialRecord.read(folder) if folder.is_dir() else None
    reason = _foreign(record, folder.name, spec) if record else ""
    if reason:
        set_aside(folder / RECORD_FILE, reason, AGAIN)
        return None
    return record


def record_of(config: TrialConfig, work: Path) -> TrialRecord | None:
    """The record of a run that is asked for; one of other settings is set aside, which is said in one line."""
    folder = work / config.label
    record = TrialRecord.read(folder)
    if record and record.config.hyperparameters != config.hyperparameters:
        set_aside(folder / RECORD_FILE, "of other hyperparameters", AGAIN)
        return None
    return record


def _foreign(record: TrialRecord, name: str, spec: Spec) -> str:
    """Why a record is none of a run called `name` under a spec; "" if it may be."""
    config, last = record.config, spec.budget.rungs[-1]
    if config.label != name:
        return f"of {config.label}"
    if record.study not in ("", spec.study_id):  # one of before does not say
        return f"of study {record.study}"
    if config.seed != derive_seed(spec.seed, config.kind, config.number):
        return f"of seed {config.seed}, which is not this study's"
    if record.protocol.dataset != spec.dataset:
        return f"of data set {record.protocol.dataset}"
    if record.state == "complete" and (not record.rungs or record.rungs[-1].step != last):
        return f"it ends before step {last}"
    return ""
