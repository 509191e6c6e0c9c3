"""The expected best of n trials, drawn from points that can be worked out by hand."""

from collections.abc import Callable

import pandas as pd
import pytest

from benchmark.records import TrialRecord
from reports.charts.budget import budget_by_seconds, budget_by_trials
from reports.records.load import StudyRecords

BOARD = pd.DataFrame({"variant": ["dcgan"], "verdict": "contender", "seeds": 1, "trials": 3})


@pytest.fixture
def three(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]) -> StudyRecords:
    """Trials of FID 60, 30 and 45."""
    return in_memory([make_record("dcgan", "trial", n, fid) for n, fid in enumerate([60.0, 30.0, 45.0])])


def test_the_best_of_one_is_the_mean_and_the_best_of_all_the_lowest(three: StudyRecords) -> None:
    data = budget_by_trials(three, BOARD).data
    assert data["trials"].tolist() == [1, 2, 3]
    # Of two of three: 30 in two pairs, 45 in one.
    assert data["expected"].tolist() == pytest.approx([45.0, 35.0, 30.0])


def test_both_charts_have_the_same_points_along_another_axis(three: StudyRecords) -> None:
    trials, seconds = budget_by_trials(three, BOARD), budget_by_seconds(three, BOARD)
    pd.testing.assert_frame_equal(trials.data, seconds.data)
    assert (trials.name, seconds.name) == ("budget-trials", "budget-seconds")
    assert trials.spec["encoding"]["x"]["field"] == "trials"
    assert seconds.spec["encoding"]["x"]["field"] == "seconds"
    # Trials train 20, 21 and 22 seconds and are scored in 2: a mean of 23 each.
    assert seconds.data["seconds"].tolist() == pytest.approx([23.0, 46.0, 69.0])
