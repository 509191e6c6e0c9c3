"""Files of a report that are read again: by those who compare this report with another."""

import json
from dataclasses import asdict

from reports.records.load import StudyRecords

PROTOCOL, RUNS = "protocol.json", "runs.csv"


def protocol_json(records: StudyRecords) -> str:
    """What the scores mean, for those who compare this report with another."""
    told = {
        "study": records.study_id,
        "ranked_by": records.ranked_by,
        "code": records.environment.get("code", ""),
        "protocols": {kind: asdict(protocol) for kind, protocol in records.protocols.items()},
        "baseline": records.baseline,
    }
    return json.dumps(told, indent=1) + "\n"
