import math
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import baseline_scores, leaderboard, percent_of_noise, training_means
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import interval
from reports.statistics.intervals import holm


def row(board: pd.DataFrame, variant: str) -> "pd.Series[float]":
    return board.set_index("variant").loc[variant]


def test_orders_by_the_mean_of_final_runs_and_ranks_by_what_they_tell_apart(board: pd.DataFrame) -> None:
    assert board["variant"].tolist()[:3] == ["dcgan", "hinge", "wgan-gp"]
    assert board["rank"].tolist()[:3] == [1, 1, 3]
    assert board["groups"].tolist() == ["1", "1", "2", "", "", ""]
    # No final score, no rank: neither validation scores nor a diverged run's last rung count.
    assert board["rank"].isna().tolist()[3:] == [True, True, True]


@pytest.mark.parametrize("score", ["fid", "kid", "inception_score", "precision", "recall"])
def test_mean_spread_and_interval_are_scipys(study, board: pd.DataFrame, score: str) -> None:
    values = study.scores("hinge", "final", score)
    low, high = stats.t.interval(0.95, 2, loc=stats.tmean(values), scale=stats.sem(values))
    found = [row(board, "hinge")[f"{score}_{name}"] for name in ("mean", "std", "min", "max", "low", "high")]
    assert found == pytest.approx([stats.tmean(values), stats.tstd(values), min(values), max(values), low, high])


def test_an_interval_of_what_cannot_be_negative_ends_at_zero(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    board = leaderboard(in_memory([make_record("dcgan", "final", n, fid) for n, fid in enumerate([10.0, 90.0])]))
    assert stats.t.interval(0.95, 1, loc=50.0, scale=40.0)[0] < 0
    assert row(board, "dcgan")["fid_low"] == 0.0
    assert row(board, "dcgan")["fid_high"] == pytest.approx(stats.t.interval(0.95, 1, loc=50.0, scale=40.0)[1])


@pytest.mark.parametrize(
    ("score", "values", "low"), [("inception_score", (1.5, 4.0), 1.0), ("kid", (0.01, 0.09), -0.458)]
)
def test_an_interval_ends_where_its_score_does(
    score: str,
    values: tuple[float, float],
    low: float,
    make_record: Callable[..., TrialRecord],
    in_memory: Callable[[list[TrialRecord]], StudyRecords],
) -> None:
    """Inception scores begin at 1; KID is an unbiased estimate of a distance, and may be below zero."""
    records = [make_record("dcgan", "final", number, 40.0) for number in range(2)]
    changed = [
        replace(record, rungs=tuple(replace(rung, scores=rung.scores | {score: value}) for rung in record.rungs))
        for record, value in zip(records, values, strict=True)
    ]
    # Of two seeds 12.7 times half of their distance below the mean: -13.1 and -0.458.
    assert row(leaderboard(in_memory(changed)), "dcgan")[f"{score}_low"] == pytest.approx(low, abs=1e-3)


def test_from_eight_seeds_on_the_interval_is_the_bootstraps(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    fids = [40.0, 41.0, 43.0, 44.0, 48.0, 52.0, 60.0, 80.0]
    board = leaderboard(in_memory([make_record("dcgan", "final", n, fid) for n, fid in enumerate(fids)]))
    found = interval(fids)
    assert (row(board, "dcgan")["fid_low"], row(board, "dcgan")["fid_high"]) == (found.low, found.high)
    assert found.high > stats.t.interval(0.95, 7, loc=stats.tmean(fids), scale=stats.sem(fids))[1]


def test_p_values_compare_with_the_best_and_are_adjusted(study, board: pd.DataFrame) -> None:
    pairs = list(combinations(("dcgan", "hinge", "wgan-gp"), 2))
    logs = {name: np.log(study.scores(name, "final")) for name in ("dcgan", "hinge", "wgan-gp")}
    tests = [stats.ttest_ind(logs[one], logs[other], equal_var=False).pvalue for one, other in pairs]
    adjusted = dict(zip(pairs, holm(tests), strict=True))
    assert math.isnan(row(board, "dcgan")["p_value"])
    for other in ("hinge", "wgan-gp"):
        assert row(board, other)["p_value"] == pytest.approx(adjusted["dcgan", other])


def test_counts_of_trials(board: pd.DataFrame) -> None:
    hinge, mlp = row(board, "hinge"), row(board, "gan-mlp")
    assert [hinge[name] for name in ("trials", "complete", "pruned", "diverged", "failed")] == [3, 2, 1, 0, 0]
    assert hinge["pruned_share"] == pytest.approx(1 / 3)
    assert (hinge["divergence_rate"], mlp["divergence_rate"]) == (0.0, 1.0)
    assert math.isnan(row(board, "wgan")["divergence_rate"])


def test_costs_are_means_over_final_runs_or_before_that_over_complete_trials(board: pd.DataFrame) -> None:
    assert row(board, "dcgan")["train_seconds"] == pytest.approx(21.0)
    assert row(board, "lsgan")["train_seconds"] == pytest.approx(20.0)


def test_notes_say_what_is_missing(board: pd.DataFrame) -> None:
    notes = dict(zip(board["variant"], board["note"], strict=True))
    assert notes == {
        "dcgan": "",
        "hinge": "",
        "wgan-gp": "1 of 3 final runs diverged",
        "lsgan": "no final run yet",
        "gan-mlp": "no trial was completed: 3 diverged",
        "wgan": "not started",
    }


def test_single_seeds_are_noted(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    board = leaderboard(in_memory([make_record("dcgan", "final", 0, 40.0), make_record("hinge", "final", 0, 50.0)]))
    assert board["variant"].tolist() == ["dcgan", "hinge"]
    assert board["rank"].isna().all()
    assert board["fid_low"].isna().all()
    assert board["p_value"].isna().all()
    assert board["note"].tolist() == [
        "2 of 3 final runs missing; single seed: no interval, its place may be chance"
    ] * 2  # fmt: skip


def test_an_empty_study_has_an_empty_board(in_memory: Callable[[list[TrialRecord]], StudyRecords]) -> None:
    board = leaderboard(in_memory([]))
    assert len(board) == 0
    assert {"rank", "variant", "seeds", "p_value", "fid_mean", "note"} <= set(board.columns)


def test_percent_of_noise(records: StudyRecords, board: pd.DataFrame) -> None:
    assert baseline_scores(records, "noise")["fid"] == 1300.0
    assert percent_of_noise(records, 130.0) == pytest.approx(10.0)
    assert row(board, "dcgan")["percent_of_noise"] == pytest.approx(100 * 42 / 1300)


def test_means_through_training_leave_out_runs_that_ended_early(records: StudyRecords) -> None:
    means = training_means(records).set_index(["variant", "step"])["fid"]
    # The third final run of wgan-gp diverged after its first rung.
    assert means["wgan-gp", 250] == pytest.approx((121 + 127) / 2 * 4**1.1)
    assert means["wgan-gp", 1000] == pytest.approx(124.0)
    assert means["dcgan", 500] == pytest.approx(42 * 2**1.1)
