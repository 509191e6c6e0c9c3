import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.scale import DIFFERENCE, RATIO, SCALES, common_scale, scale_of


def test_ratios_where_all_scores_are_positive() -> None:
    assert scale_of([0.5, 90.0, math.nan]) is RATIO
    assert scale_of([0.5, 0.0]) is DIFFERENCE
    assert scale_of([0.5, -1e-6, math.nan]) is DIFFERENCE
    assert scale_of([math.nan]) is DIFFERENCE
    assert common_scale({"a": [1.0, 2.0], "b": [-0.1]}) is DIFFERENCE


def test_a_ratio_is_that_of_geometric_means() -> None:
    one, other = [1.0, 4.0], [9.0, 4.0]
    assert RATIO.back(RATIO.summary(other).mean - RATIO.summary(one).mean) == pytest.approx(6 / 2)
    assert RATIO.summary([8.0, math.nan]).n == 1
    assert DIFFERENCE.back(DIFFERENCE.summary(other).mean - DIFFERENCE.summary(one).mean) == 4.0


@pytest.mark.parametrize("scale", SCALES.values())
def test_exchanged_sides_swap_the_effect(scale) -> None:
    gap = scale.to(3.0) - scale.to(2.0)
    assert scale.swapped(scale.back(gap)) == pytest.approx(scale.back(-gap))
    assert scale.back(0.0) == scale.none


@pytest.mark.simulation
def test_welch_finds_more_where_the_worse_scatters_more() -> None:
    """Spreads of a fifth of the mean, and one mean ten times the other: what FIDs of three seeds look like."""
    rng = np.random.default_rng(0)
    one, other = (mean * np.exp(rng.normal(0, 0.2, (400, 3))) for mean in (1.0, 10.0))
    found = {
        name: np.mean(stats.ttest_ind(to(one), to(other), axis=1, equal_var=False).pvalue < 0.001)
        for name, to in (("ratio", np.log), ("difference", np.asarray))
    }
    assert found["ratio"] > 0.5
    assert found["difference"] < 0.3
