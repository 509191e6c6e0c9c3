"""What the page lets one take along is what lies beside it."""

import io
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.output.downloads import downloads
from reports.output.write import write_report
from reports.records.load import StudyRecords


def test_files_are_the_same_as_beside_the_page(records: StudyRecords, board: pd.DataFrame, tmp_path: Path) -> None:
    write_report(records, tmp_path)
    offered = downloads(records, board)
    assert [file.name for file in offered.files] == ["variants.csv", "pairs.csv", "race.csv", "found.csv"]
    for file in offered.files:
        content = b64decode(file.address.partition("base64,")[2])
        assert content == (tmp_path / file.name).read_bytes()
    assert offered.latex == (tmp_path / "leaderboard.tex").read_text(encoding="utf-8")
    first = b64decode(offered.files[0].address.partition("base64,")[2])
    assert pd.read_csv(io.BytesIO(first))["variant"].tolist() == board["variant"].tolist()


def test_what_has_no_row_is_not_offered(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 40.0)])
    assert [file.name for file in downloads(records, leaderboard(records)).files] == ["variants.csv", "found.csv"]
