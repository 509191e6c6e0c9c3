import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.records import TrialRecord
from benchmark.spec import Final
from reports.analysis.leaderboard import baseline_scores, leaderboard, percent_of_noise, training_means
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import interval

SIX = Final(seeds=6, most_seeds=6)


def row(board: pd.DataFrame, variant: str) -> "pd.Series[float]":
    return board.set_index("variant").loc[variant]


def test_contenders_come_first_then_who_is_out_then_the_untested(board: pd.DataFrame) -> None:
    assert board["variant"].tolist()[:3] == ["dcgan", "hinge", "wgan-gp"]
    # No final score, no verdict: neither validation scores nor a diverged run's last rung count.
    assert board["verdict"].tolist() == ["contender", "contender", "out", *["untested"] * 3]
    assert board["stage"].tolist()[2] == 6
    assert board["stage"].isna().tolist() == [True, True, False, True, True, True]
    assert board["factor"].isna().tolist() == [False] * 3 + [True] * 3


def test_those_out_stand_by_their_factor_and_those_without_one_last(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    seeds = [40.0, 44.0, 42.0, 41.0, 43.0, 42.0]
    finals = {"wgan": 9.0, "hinge": 3.0, "dcgan": 1.0}
    entries = [make_record(name, "final", n, k * fid) for name, k in finals.items() for n, fid in enumerate(seeds)]
    entries += [make_record("lsgan", "final", n, 500.0, "diverged") for n in range(6)]
    board = leaderboard(in_memory(entries, SIX))
    assert board["variant"].tolist() == ["dcgan", "hinge", "wgan", "lsgan"]
    assert board["verdict"].tolist() == ["contender", "out", "out", "out"]
    assert board["factor"].tolist()[:3] == pytest.approx([1.0, 3.0, 9.0])
    assert math.isnan(board["factor"].iloc[3])


def test_the_factor_is_a_ratio_of_geometric_means_with_welchs_interval(study, board: pd.DataFrame) -> None:
    one, other = (np.log(study.scores(name, "final")) for name in ("dcgan", "hinge"))
    interval = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    found = row(board, "hinge")
    ends = [np.exp(np.mean(other) - np.mean(one)), np.exp(interval.low), np.exp(interval.high)]
    assert [found["factor"], found["factor_low"], found["factor_high"]] == pytest.approx(ends)
    assert row(board, "dcgan")["factor"] == 1.0
    assert math.isnan(row(board, "dcgan")["factor_low"])


def test_a_failed_final_run_takes_its_variant_out_of_the_race(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    entries = [make_record("dcgan", "final", n, 40.0 + n) for n in range(3)]
    entries += [make_record("hinge", "final", n, 20.0 + n) for n in range(2)]
    entries += [make_record("hinge", "final", 2, 20.0, "failed")]
    board = leaderboard(in_memory(entries))
    assert board[["variant", "verdict"]].to_numpy().tolist() == [["dcgan", "contender"], ["hinge", "untested"]]
    assert board["note"].tolist() == ["", "1 of 3 final runs failed; not in the race"]


def test_settings_are_told_and_of_older_studies_the_best_trials(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords], board: pd.DataFrame
) -> None:
    assert row(board, "dcgan")["setting"] == "1"  # 41 is the lowest of 60, 41 and 52
    entries = [make_record("dcgan", "trial", n, fid) for n, fid in enumerate([60.0, 41.0, 52.0])]
    entries += [make_record("dcgan", "candidate", n, 50.0 - n, setting=str(n + 1)) for n in range(2)]
    entries += [make_record("dcgan", "final", n, 44.0, setting="2") for n in range(3)]
    found = row(leaderboard(in_memory(entries)), "dcgan")
    assert (found["setting"], found["trials"], found["complete"], found["finals"]) == ("2", 3, 3, 3)


@pytest.mark.parametrize("score", ["fid", "kid", "inception_score", "precision", "recall"])
def test_mean_spread_and_interval_are_scipys(study, board: pd.DataFrame, score: str) -> None:
    values = study.scores("hinge", "final", score)
    low, high = stats.t.interval(0.95, 5, loc=stats.tmean(values), scale=stats.sem(values))
    found = [row(board, "hinge")[f"{score}_{name}"] for name in ("mean", "std", "min", "max", "low", "high")]
    assert found == pytest.approx([stats.tmean(values), stats.tstd(values), min(values), max(values), low, high])


def test_the_middle_is_on_the_scale_that_is_tested(study, board: pd.DataFrame) -> None:
    logs = np.log(study.scores("hinge", "final"))
    low, high = stats.t.interval(0.95, 5, loc=logs.mean(), scale=stats.sem(logs))
    ends = [row(board, "hinge")[name] for name in ("centre", "centre_low", "centre_high")]
    assert ends == pytest.approx(np.exp([logs.mean(), low, high]))


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


def test_counts_of_trials(board: pd.DataFrame) -> None:
    hinge, mlp = row(board, "hinge"), row(board, "gan-mlp")
    assert [hinge[name] for name in ("trials", "complete", "pruned", "diverged", "failed")] == [3, 2, 1, 0, 0]
    assert hinge["pruned_share"] == pytest.approx(1 / 3)
    assert (hinge["divergence_rate"], mlp["divergence_rate"]) == (0.0, 1.0)
    assert math.isnan(row(board, "wgan")["divergence_rate"])


def test_costs_are_means_over_final_runs_or_before_that_over_complete_trials(board: pd.DataFrame) -> None:
    assert row(board, "dcgan")["train_seconds"] == pytest.approx(22.5)
    assert row(board, "lsgan")["train_seconds"] == pytest.approx(20.0)


def test_notes_say_what_is_missing(board: pd.DataFrame) -> None:
    notes = dict(zip(board["variant"], board["note"], strict=True))
    assert notes == {
        "dcgan": "",
        "hinge": "",
        "wgan-gp": "1 of 6 final runs diverged",
        "lsgan": "no final run yet",
        "gan-mlp": "no trial was completed: 3 diverged",
        "wgan": "not started",
    }


def test_single_seeds_are_noted(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    board = leaderboard(in_memory([make_record("dcgan", "final", 0, 40.0), make_record("hinge", "final", 0, 50.0)]))
    assert board["variant"].tolist() == ["dcgan", "hinge"]
    assert board["verdict"].tolist() == ["untested"] * 2
    assert board["fid_low"].isna().all()
    assert board["factor"].isna().all()
    assert board["note"].tolist() == [
        "2 of 3 final runs missing; single seed: nothing tells it from chance"
    ] * 2  # fmt: skip


def test_an_empty_study_has_an_empty_board(in_memory: Callable[[list[TrialRecord]], StudyRecords]) -> None:
    board = leaderboard(in_memory([]))
    assert len(board) == 0
    wanted = {"variant", "verdict", "factor", "factor_low", "factor_high", "stage", "setting", "seeds", "fid_mean"}
    assert wanted | {"note"} <= set(board.columns)


def test_percent_of_noise(records: StudyRecords, board: pd.DataFrame) -> None:
    assert baseline_scores(records, "noise")["fid"] == 1300.0
    assert percent_of_noise(records, 130.0) == pytest.approx(10.0)
    assert row(board, "dcgan")["percent_of_noise"] == pytest.approx(100 * 42 / 1300)


def test_means_through_training_leave_out_runs_that_ended_early(records: StudyRecords) -> None:
    means = training_means(records).set_index(["variant", "step"])["fid"]
    # The last final run of wgan-gp diverged after its first rung.
    assert means["wgan-gp", 250] == pytest.approx(124.0 * 4**1.1)
    assert means["wgan-gp", 1000] == pytest.approx(124.0)
    assert means["dcgan", 500] == pytest.approx(42 * 2**1.1)
