"""What a report says of its scores, for those who compare it with another."""

import json
from dataclasses import asdict, replace

from reports.records.files import PROTOCOL, RUNS, protocol_json


def test_protocol_baseline_code_and_ranking_score_are_told(make_record, in_memory) -> None:
    entries = [make_record("dcgan", kind, 0, 40.0) for kind in ("trial", "final")]
    records = replace(in_memory(entries), environment={"code": "abc123", "torch": "2.15"})
    told = json.loads(protocol_json(records))
    assert told == {
        "study": records.study_id,
        "ranked_by": "fid",
        "code": "abc123",
        "protocols": {entry.config.kind: asdict(entry.protocol) for entry in entries},
        "baseline": records.baseline,
    }
    assert protocol_json(records).endswith("}\n")


def test_the_names_of_the_files_stay() -> None:
    """Reports of earlier commits are read by them."""
    assert (PROTOCOL, RUNS) == ("protocol.json", "runs.csv")
