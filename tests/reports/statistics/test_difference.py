import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.difference import SIGNIFICANT, difference, freedom, standard_error
from reports.statistics.intervals import summarise


@pytest.mark.parametrize(("m", "n"), [(2, 2), (3, 3), (3, 10), (50, 4)])
def test_interval_and_p_value_are_scipys(m: int, n: int) -> None:
    rng = np.random.default_rng([m, n])
    one, other = rng.normal(40, 1, m), rng.normal(43, 4, n)
    found = difference(summarise(one.tolist()), summarise(other.tolist()))
    test = stats.ttest_ind(other, one, equal_var=False)
    ends = test.confidence_interval(0.95)
    assert (found.low, found.high, found.p_value) == pytest.approx((ends.low, ends.high, test.pvalue), rel=1e-9)
    assert found.mean == pytest.approx(other.mean() - one.mean())


def test_by_hand() -> None:
    one, other = summarise([1.0, 3.0]), summarise([5.0, 6.0, 7.0])
    # Variances 2 and 1, so shares of 1 and 1/3: (4/3)^2 / (1/1 + (1/9)/2) = 32/19.
    assert standard_error(one, other) == pytest.approx(math.sqrt(4 / 3))
    assert freedom(one, other) == pytest.approx(32 / 19)
    assert difference(one, other).mean == 4.0


def test_interval_leaves_out_zero_where_the_test_finds_a_difference() -> None:
    rng = np.random.default_rng(0)
    found = [difference(summarise(rng.normal(0, 1, 4)), summarise(rng.normal(2, 1, 4))) for _ in range(200)]
    outside = [ends.low > 0 or ends.high < 0 for ends in found]
    assert outside == [ends.p_value < SIGNIFICANT for ends in found]
    assert 20 < sum(outside) < 180


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "spread"), [(3, 1.0), (5, 3.0), (10, 3.0)])
def test_interval_covers(n: int, spread: float) -> None:
    rng = np.random.default_rng(n)
    found = [difference(summarise(rng.normal(40, 1, n)), summarise(rng.normal(42, spread, n))) for _ in range(2000)]
    covered = np.mean([ends.low <= 2 <= ends.high for ends in found])
    # Welch's degrees of freedom are cautious for very few values.
    assert 0.95 - 3.3 * 0.0049 < covered < 0.985


def test_edges() -> None:
    single, constant = summarise([4.0]), summarise([2.0, 2.0])
    found = difference(constant, single)
    assert found.mean == 2.0
    assert all(math.isnan(value) for value in (found.low, found.high, found.p_value))
    found = difference(constant, summarise([3.0, 3.0, 3.0]))
    assert (found.mean, found.low, found.high, found.p_value) == (1.0, 1.0, 1.0, 0.0)
