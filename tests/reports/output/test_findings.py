import math

import pandas as pd
import pytest

from benchmark.tracking.findings import FINDINGS, Findings
from reports.analysis.leaderboard import measured_scores
from reports.output.findings import findings, findings_json
from reports.records.load import StudyRecords
from reports.text.headline import headline


def test_it_has_the_answer_and_each_variant_as_in_the_leaderboard(records: StudyRecords, board: pd.DataFrame) -> None:
    found, said = findings(records, board), headline(records, board)
    assert (found.answer, list(found.details)) == (said.answer, said.details)
    assert found.confidence == pytest.approx(0.95)
    assert list(found.variants) == board["variant"].tolist()
    for _, row in board.iterrows():
        of_variant = found.variants[row["variant"]]
        assert (of_variant.verdict, of_variant.seeds) == (row["verdict"], row["seeds"])
        assert of_variant.words.startswith(f"{row['verdict'].capitalize()}: ")


def test_intervals_are_the_leaderboards_and_only_those_that_are_known(
    records: StudyRecords, board: pd.DataFrame
) -> None:
    found, known = findings(records, board), 0
    for _, row in board.iterrows():
        intervals = found.variants[row["variant"]].intervals
        for score in measured_scores(records):
            pair = (row[f"{score}_low"], row[f"{score}_high"])
            assert intervals.get(score) == (pair if all(map(math.isfinite, pair)) else None)
            known += score in intervals
    assert known


def test_words_say_the_score_its_seeds_its_interval_and_the_gap(records: StudyRecords, board: pd.DataFrame) -> None:
    found = findings(records, board).variants
    out = board[board["verdict"] == "out"].iloc[0]
    words = found[out["variant"]].words
    mean = f"{out['fid_mean']:.1f} ± {out['fid_std']:.1f}"
    assert words.startswith(f"Out: FID {mean} over {out['seeds']} seeds (95 % interval of the mean ")
    assert f"; against the best {out['factor']:.2f} times as high" in words
    assert words.endswith(f"; out of the race after {out['stage']} seeds.")
    best = board.iloc[0]
    assert "against the best" not in found[best["variant"]].words
    nothing = board[board["seeds"] == 0]
    assert all("no final run has a score" in found[name].words for name in nothing["variant"])


def test_the_file_is_read_back(records: StudyRecords, board: pd.DataFrame, tmp_path) -> None:
    (tmp_path / FINDINGS).write_text(findings_json(records, board), encoding="utf-8")
    assert Findings.read(tmp_path) == findings(records, board)
