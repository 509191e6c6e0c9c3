"""Files of a report that are read again: by those who compare this report with another."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from benchmark.json_records import WITH_NANS, to_json
from benchmark.records import Protocol
from reports.records.load import StudyRecords

PROTOCOL, RUNS = "protocol.json", "runs.csv"


@dataclass(frozen=True)
class Meaning:
    """What the scores of a report mean: its `protocol.json`.

    Attributes:
        study: The experiment, or several joined.
        ranked_by: The score that ranks.
        code: The commit that its runs were made with; "" if unknown.
        protocols: By kind of run.
        baseline: Scores by split, "floor" or "noise", and name in `benchmark.records.SCORES`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    study: str
    ranked_by: str
    code: str
    protocols: dict[str, Protocol]
    baseline: dict[str, dict[str, dict[str, float]]]


def meaning(records: StudyRecords) -> Meaning:
    """What the scores of a study mean."""
    code = records.environment.get("code", "")
    return Meaning(records.study_id, records.ranked_by, code, records.protocols, records.baseline)


def protocol_json(records: StudyRecords) -> str:
    """The same as JSON, for those who compare this report with another."""
    return to_json(meaning(records), indent=1) + "\n"
