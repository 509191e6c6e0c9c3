import math

import numpy as np
import pytest

from reports.statistics.comparable_score import share_of_the_way
from reports.statistics.scale import DIFFERENCE


def test_noise_is_at_zero_real_images_at_one_and_each_factor_counts_as_much() -> None:
    # From 1000 to 10 is two decades: one is half of the way, and the root of ten a quarter.
    scores = [1000.0, 1000.0 / 10**0.5, 100.0, 10.0]
    assert share_of_the_way(scores, 1000.0, 10.0).tolist() == pytest.approx([0.0, 0.25, 0.5, 1.0], abs=1e-15)


def test_the_example_of_its_docstring() -> None:
    assert share_of_the_way([80.0, 40.0], 1300.0, 13.0).round(2).tolist() == [0.61, 0.76]
    assert share_of_the_way([80.0, 40.0], 1300.0, 13.0, DIFFERENCE).round(2).tolist() == [0.95, 0.98]


def test_where_more_is_better_noise_is_the_lower_end() -> None:
    # From 2 to 8 is two doublings.
    assert share_of_the_way([2.0, 4.0, 8.0, 16.0], 2.0, 8.0).tolist() == pytest.approx([0.0, 0.5, 1.0, 1.5])
    assert share_of_the_way([1.0], 2.0, 8.0).tolist() == [0.0]


def test_beyond_either_end() -> None:
    worse, better = share_of_the_way([5000.0, 5.0], 1000.0, 10.0)
    assert worse == 0.0
    assert better == pytest.approx(1 + math.log10(2) / 2)


@pytest.mark.parametrize("diverged", [math.inf, -math.inf])
def test_a_run_that_diverged_counts_as_noise(diverged: float) -> None:
    assert share_of_the_way([diverged, 10.0], 1000.0, 10.0).tolist() == pytest.approx([0.0, 1.0])


def test_scores_of_zero_and_below_are_compared_by_differences() -> None:
    scores = share_of_the_way([2.0, 1.0, 0.0, -0.1], 2.0, 0.0, DIFFERENCE)
    assert scores.tolist() == pytest.approx([0.0, 0.5, 1.0, 1.05])


def test_it_is_the_same_in_any_unit_of_the_score() -> None:
    scores = np.random.default_rng(0).uniform(10, 1000, 9)
    one, other = (share_of_the_way((k * scores).tolist(), k * 1000.0, k * 10.0) for k in (1.0, 37.0))
    assert one == pytest.approx(other, rel=1e-12)


def test_no_scores() -> None:
    assert share_of_the_way([], 1000.0, 10.0).shape == (0,)


@pytest.mark.parametrize(("noise", "floor"), [(10.0, 10.0), (math.nan, 10.0), (1000.0, math.nan), (math.inf, 10.0)])
def test_ends_that_are_no_way_apart_are_refused(noise: float, floor: float) -> None:
    with pytest.raises(ValueError, match=r"^noise and floor must be finite and differ, got .* and .*"):
        share_of_the_way([50.0], noise, floor)


def test_a_score_that_is_missing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a score is NaN"):
        share_of_the_way([50.0, math.nan], 1000.0, 10.0)
