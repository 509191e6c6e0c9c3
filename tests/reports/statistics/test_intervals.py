import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.intervals import holm, summarise, welch


@pytest.mark.parametrize("n", [2, 3, 10, 50])
def test_interval_is_scipys(n: int) -> None:
    values = np.random.default_rng(n).lognormal(3.5, 0.1, n)
    summary = summarise(values.tolist())
    low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    assert (summary.low, summary.high) == pytest.approx((low, high), rel=1e-12)
    assert (summary.mean, summary.std, summary.n) == pytest.approx((values.mean(), values.std(ddof=1), n))


def test_by_hand() -> None:
    summary = summarise([1.0, 2.0, 3.0])
    # The 97.5 % point of Student's t with two degrees of freedom, from the tables.
    half = 4.302653 / math.sqrt(3)
    assert (summary.mean, summary.std, summary.minimum, summary.maximum) == (2.0, 1.0, 1.0, 3.0)
    assert (summary.low, summary.high) == pytest.approx((2 - half, 2 + half), abs=1e-6)


def test_one_value_has_a_mean_and_no_interval() -> None:
    summary = summarise([5.0, math.nan])
    assert (summary.mean, summary.n) == (5.0, 1)
    assert all(math.isnan(value) for value in (summary.std, summary.low, summary.high))


def test_no_values() -> None:
    assert summarise([]).n == 0
    assert math.isnan(summarise([math.nan]).mean)


@pytest.mark.parametrize(("one", "other"), [([40.0, 44.0, 42.0], [46.0, 43.0, 44.5]), ([1.0, 2.0], [8.0, 9.0, 13.0])])
def test_welch_is_scipys(one: list[float], other: list[float]) -> None:
    expected = stats.ttest_ind(one, other, equal_var=False).pvalue
    assert welch(summarise(one), summarise(other)) == pytest.approx(expected, rel=1e-12)


def test_welch_by_hand() -> None:
    """Means 2 and 6, variances 1 and 4, n of 3 each: t = 4 / sqrt(5 / 3), (5 / 3)^2 / (1 / 18 + 16 / 18) degrees."""
    p_value = welch(summarise([1.0, 2.0, 3.0]), summarise([4.0, 6.0, 8.0]))
    t, freedom = 4 / math.sqrt(5 / 3), 50 / 17
    # The tail by its integral: of Student's density from t on.
    points = t + np.linspace(0, 4000, 4_000_001)
    constant = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    tail = np.trapezoid(constant * (1 + points**2 / freedom) ** (-(freedom + 1) / 2), points)
    assert p_value == pytest.approx(2 * tail, rel=1e-5)


def test_welch_at_the_edges() -> None:
    constant = summarise([2.0, 2.0])
    assert math.isnan(welch(summarise([1.0]), constant))
    assert welch(constant, constant) == 1.0
    assert welch(constant, summarise([3.0, 3.0])) == 0.0


def test_holm_by_hand() -> None:
    # Sorted 0.01, 0.03, 0.04 times 3, 2, 1; the last is lifted to its predecessor.
    assert holm([0.03, 0.01, math.nan, 0.04]) == pytest.approx([0.06, 0.03, math.nan, 0.06], nan_ok=True)
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
