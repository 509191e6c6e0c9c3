import io
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from benchmark.metrics.catalog import known_scores
from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.output.tables import leaderboard_table, to_csv
from reports.records.load import StudyRecords


def test_cells_hold_the_boards_numbers(records: StudyRecords, board: pd.DataFrame) -> None:
    table = leaderboard_table(records, board)
    labels = [heading.label for heading in table.headings]
    rows = {row.name: dict(zip(labels, row.cells, strict=True)) for row in table.rows}
    first = board.iloc[0]
    assert rows["dcgan"]["FID ↓"] == f"{first['fid_mean']:.1f} ± {first['fid_std']:.1f}" == "42.0 ± 1.4"
    # Of six logarithms, as they are tested.
    logs = np.log([40.0, 44.0, 42.0, 41.0, 43.0, 42.0])
    low, high = np.exp(stats.t.interval(0.95, 5, loc=logs.mean(), scale=stats.sem(logs)))
    assert rows["dcgan"]["Geometric mean"] == f"{np.exp(logs.mean()):.1f} [{low:.1f}, {high:.1f}]"
    third = board.iloc[2]
    ends = [f"{third[name]:.2f}" for name in ("factor", "factor_low", "factor_high")]
    assert rows["wgan-gp"]["Times the best"] == f"{ends[0]} ({ends[1]} to {ends[2]})"
    assert (rows["dcgan"]["Times the best"], rows["wgan-gp"]["Left after"]) == ("1.00", "6 seeds")
    assert "p" not in labels
    assert rows["dcgan"]["% of noise"] == "3.2"
    assert rows["hinge"]["Pruned"] == "1/3"
    assert rows["gan-mlp"]["Diverged"] == "3/3"
    assert (rows["floor"]["FID ↓"], rows["noise"]["FID ↓"]) == ("13.0", "1300.0")
    assert rows["dcgan"]["Parameters G / D"] == "812k / 664k"


def test_cells_are_sorted_by_full_numbers(records: StudyRecords, board: pd.DataFrame) -> None:
    table = leaderboard_table(records, board)
    falling = {heading.label for heading in table.headings if heading.falling}
    assert falling == {"Inception score ↑", "Precision ↑", "Recall ↑", "Left after"}
    labels = [heading.label for heading in table.headings]
    rows = {row.name: dict(zip(labels, row.values, strict=True)) for row in table.rows}
    first = board.iloc[0]
    assert rows["dcgan"]["FID ↓"] == first["fid_mean"]
    assert rows["dcgan"]["Geometric mean"] == first["centre"]
    assert rows["dcgan"]["Parameters G / D"] == 812_000 + 664_000
    assert rows["hinge"]["Pruned"] == 1 / 3
    assert math.isnan(rows["wgan"]["FID ↓"])
    assert all(math.isnan(value) for value in rows["floor"].values())


def test_three_seeds_have_no_interval_in_the_table(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    entries = [make_record("dcgan", "final", n, fid) for n, fid in enumerate([10.0, 60.0, 90.0, 95.0])]
    for seeds, shown in ((3, "37.8"), (4, "47.6 [")):
        records = in_memory(entries[:seeds])
        board = leaderboard(records)
        table = leaderboard_table(records, board)
        place = [heading.label for heading in table.headings].index("Geometric mean")
        assert table.rows[0].cells[place].startswith(shown)
        assert ("[" in table.rows[0].cells[place]) == (seeds == 4)
        assert board["fid_high"].iloc[0] > 90


def test_scores_of_which_one_end_is_better_are_tabled_distances_first(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    entry = make_record("dcgan", "final", 0, 40.0)
    records = in_memory([replace(entry, rungs=(replace(entry.rungs[-1], scores=dict.fromkeys(known_scores(), 0.5)),))])
    labels = [heading.label[:-2] for heading in leaderboard_table(records, leaderboard(records)).headings]
    tabled = (
        *("fid", "manifold_error", "fid_infinity", "fd_dinov2", "mind", "cmmd", "inception_score", "kid"),
        *("precision", "recall", "density", "coverage", "memorisation", "classes_covered", "modes", "modes_kl"),
        *("high_quality", "manifold_precision", "manifold_recall"),
    )
    known = {column.label for column in known_scores().values()}
    assert [label for label in labels if label in known] == [known_scores()[name].label for name in tabled]


def test_order_verdicts_and_notes(records: StudyRecords, board: pd.DataFrame) -> None:
    rows = leaderboard_table(records, board).rows
    assert [row.verdict for row in rows] == ["contender", "contender", "out", *["untested"] * 3, "", ""]
    assert [row.kind for row in rows][-2:] == ["floor", "noise"]
    assert rows[2].note == "1 of 6 final runs diverged"


def test_csv_gives_the_same_numbers_back(records: StudyRecords, board: pd.DataFrame) -> None:
    read = pd.read_csv(io.StringIO(to_csv(board)), keep_default_na=False, na_values=[""])
    numbers = board.select_dtypes("float").columns
    pd.testing.assert_frame_equal(read[numbers], board[numbers], check_dtype=False, check_exact=True)
    runs = pd.read_csv(io.StringIO(to_csv(records.runs)))
    assert runs["fid"].dropna().tolist() == records.runs["fid"].dropna().tolist()
