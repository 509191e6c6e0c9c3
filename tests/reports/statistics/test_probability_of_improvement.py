import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.probability_of_improvement import Probability, probability_better


@pytest.mark.parametrize(("m", "n"), [(3, 3), (5, 8)])
def test_value_is_scipys_u_over_the_pairs(m: int, n: int) -> None:
    rng = np.random.default_rng(m)
    one, other = rng.integers(0, 6, m).astype(float), rng.integers(1, 7, n).astype(float)
    expected = stats.mannwhitneyu(other, one).statistic / (m * n)
    assert probability_better(one.tolist(), other.tolist()).value == pytest.approx(expected)


def test_by_hand() -> None:
    # 1 beats both, 3 beats 4 and ties with 3.
    assert probability_better([1.0, 3.0], [3.0, 4.0]).value == 3.5 / 4
    # The lower end solves (1 - x)^2 = t^2 V(x), here at three against three; 2.776445 from the tables.
    low = probability_better([1.0, 2.0, 3.0], [7.0, 8.0, 9.0]).low
    variance = low * (1 - low) * (1 + 2 * ((1 - low) / (2 - low) + low / (1 + low))) / 9
    assert (1 - low) ** 2 == pytest.approx(2.776445**2 * variance, rel=1e-5)


def test_sides_are_symmetric() -> None:
    one, other = [40.0, 44.0, 42.0, 51.0], [46.0, 43.0, 44.5]
    found, mirrored = probability_better(one, other), probability_better(other, one)
    expected = (1 - found.value, 1 - found.high, 1 - found.low)
    assert (mirrored.value, mirrored.low, mirrored.high) == pytest.approx(expected)
    assert 0 <= found.low < found.value < found.high <= 1


def test_three_seeds_all_better_do_not_settle_it() -> None:
    found = probability_better([1.0, 2.0, 3.0], [7.0, 8.0, 9.0])
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.5
    assert probability_better(list(range(10)), list(range(20, 30))).low > 0.7


@pytest.mark.simulation
# The last is the stated exception: few that scatter more.
@pytest.mark.parametrize(
    ("m", "n", "spread", "least"), [(3, 3, 1, 0.94), (5, 5, 3, 0.94), (10, 10, 3, 0.94), (10, 3, 3, 0.9)]
)
@pytest.mark.parametrize("gap", [0.0, 1.0, 3.0])
def test_interval_covers(m: int, n: int, spread: float, least: float, gap: float) -> None:
    rng = np.random.default_rng([m, n])
    truth = stats.norm.cdf(gap / math.hypot(1, spread))
    found = [probability_better(rng.normal(0, 1, m), rng.normal(gap, spread, n)) for _ in range(800)]
    covered = np.mean([ends.low <= truth <= ends.high for ends in found])
    assert covered > least - 3 * math.sqrt(least * (1 - least) / 800)


def test_edges() -> None:
    assert probability_better([1.0], [2.0, 3.0]).value == 1.0
    alone, nothing = probability_better([1.0], [2.0, 3.0]), probability_better([], [2.0])
    assert all(map(math.isnan, (alone.low, alone.high)))
    assert all(map(math.isnan, (nothing.value, nothing.low, nothing.high)))
    same = probability_better([2.0, 2.0, math.nan], [2.0, 2.0])
    assert isinstance(same, Probability)
    assert (same.value, same.low + same.high) == pytest.approx((0.5, 1.0))
