"""Means and intervals on the scale of the tests, against SciPy."""

import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.centre import centre
from reports.statistics.confidence_interval import interval
from reports.statistics.scale import DIFFERENCE, RATIO

SCORES = [0.4, 0.5, 0.7, 0.9, 2.0]


def test_of_ratios_it_is_the_geometric_mean_with_the_interval_of_its_logarithm() -> None:
    logs = np.log(SCORES)
    low, high = stats.t.interval(0.95, 4, loc=logs.mean(), scale=stats.sem(logs))
    found = centre(SCORES, RATIO)
    assert (found.value, found.low, found.high) == pytest.approx((stats.gmean(SCORES), math.exp(low), math.exp(high)))


def test_of_differences_it_is_the_mean() -> None:
    low, high = stats.t.interval(0.95, 4, loc=np.mean(SCORES), scale=stats.sem(SCORES))
    found = centre(SCORES, DIFFERENCE)
    assert (found.value, found.low, found.high) == pytest.approx((0.9, low, high))


def test_from_eight_seeds_on_it_is_the_bootstrap_of_the_logarithms() -> None:
    scores = [*SCORES, 0.6, 0.8, 1.1, 1.2]
    found, logs = centre(scores, RATIO), interval(np.log(scores).tolist())
    assert (found.low, found.high) == pytest.approx((math.exp(logs.low), math.exp(logs.high)))


def test_three_seeds_that_scatter_have_no_interval_below_zero() -> None:
    assert centre([0.1, 1.0, 10.0], DIFFERENCE).low < 0 < centre([0.1, 1.0, 10.0], RATIO).low


def test_one_score_has_no_interval_and_none_has_no_mean() -> None:
    one, none = centre([2.0, math.nan], RATIO), centre([], RATIO)
    assert one.value == pytest.approx(2.0)
    assert all(math.isnan(value) for value in (one.low, one.high, none.value, none.low, none.high))
