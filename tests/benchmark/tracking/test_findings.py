from pathlib import Path

from benchmark.json_records import to_json
from benchmark.tracking.findings import FINDINGS, Findings, VariantFindings

FOUND = Findings(
    "Use dcgan: it alone is left",
    ("This answers for digits.",),
    0.95,
    {"dcgan": VariantFindings("contender", "Contender: FID 4.", 8, {"fid": (3.0, 5.0)})},
)


def test_they_are_read_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / FINDINGS).write_text(to_json(FOUND), encoding="utf-8")
    assert Findings.read(tmp_path) == FOUND


def test_an_earlier_report_has_none_and_a_changed_one_counts_as_none(tmp_path: Path) -> None:
    assert Findings.read(tmp_path) is None
    (tmp_path / FINDINGS).write_text('{"answer": 3}', encoding="utf-8")
    assert Findings.read(tmp_path) is None
