import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from reports.statistics.confidence_interval import RESAMPLED_FROM, Floats, interval, jackknife_error, mean

Draw = Callable[[np.random.Generator, int], Floats]
# By distribution: a draw of n scores, and their true mean.
DISTRIBUTIONS: dict[str, tuple[Draw, float]] = {
    "normal": (lambda rng, n: rng.normal(50, 5, n), 50.0),
    "skewed": (lambda rng, n: 50 * rng.lognormal(0, 0.25, n), 50 * math.exp(0.25**2 / 2)),
    "very skewed": (lambda rng, n: 50 * rng.lognormal(0, 0.5, n), 50 * math.exp(0.5**2 / 2)),
}


def coverage(distribution: str, n: int, studies: int) -> float:
    draw, truth = DISTRIBUTIONS[distribution]
    rng = np.random.default_rng(n)
    found = [interval(draw(rng, n).tolist()) for _ in range(studies)]
    return float(np.mean([ends.low <= truth <= ends.high for ends in found]))


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("distribution", "n", "stated"),
    [
        *(("normal", n, 0.95) for n in (3, 5, 8, 20)),
        *(("skewed", n, 0.94) for n in (3, 5, 8, 20)),
        *(("very skewed", n, stated) for n, stated in ((3, 0.92), (5, 0.915), (8, 0.93), (20, 0.945))),
    ],
)
def test_covers_at_the_stated_rate(distribution: str, n: int, stated: float) -> None:
    studies = 400 if n >= RESAMPLED_FROM else 2000
    assert coverage(distribution, n, studies) == pytest.approx(stated, abs=3.3 * math.sqrt(stated * 0.06 / studies))


@pytest.mark.simulation
def test_percentile_intervals_would_miss_far_more_often() -> None:
    samples = np.random.default_rng(0).normal(0, 1, (400, 3))
    found = [stats.bootstrap((row,), np.mean, n_resamples=400, method="percentile", rng=0) for row in samples]
    covered = np.mean([f.confidence_interval.low <= 0 <= f.confidence_interval.high for f in found])
    assert covered < 0.81


@pytest.mark.parametrize("n", [2, 3, RESAMPLED_FROM - 1])
def test_few_values_get_students_interval(n: int) -> None:
    values = np.random.default_rng(n).lognormal(3.5, 0.3, n)
    found = interval(values.tolist())
    expected = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-12)


def test_many_normal_values_get_nearly_students_interval() -> None:
    values = stats.norm.ppf((np.arange(40) + 0.5) / 40, 50, 5)
    found = interval(values.tolist())
    expected = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected, abs=0.06 * (expected[1] - expected[0]))


def test_a_long_upper_tail_moves_the_interval_up() -> None:
    values = stats.lognorm.ppf((np.arange(20) + 0.5) / 20, 0.8)
    found, centre = interval(values.tolist()), values.mean()
    assert found.high - centre > 1.3 * (centre - found.low)


@pytest.mark.simulation
def test_other_statistics_are_covered_too() -> None:
    def geometric_mean(samples: Floats) -> Floats:
        return np.exp(np.log(samples).mean(axis=-1))

    rng = np.random.default_rng(1)
    found = [interval((50 * rng.lognormal(0, 0.5, 10)).tolist(), geometric_mean) for _ in range(400)]
    # The geometric mean of log-normal values is their median.
    covered = np.mean([ends.low <= 50 <= ends.high for ends in found])
    assert covered == pytest.approx(0.95, abs=3.3 * math.sqrt(0.95 * 0.05 / 400))


def test_jackknifes_error_of_a_mean_is_the_standard_error() -> None:
    samples = np.random.default_rng(2).normal(0, 1, (4, 7))
    assert jackknife_error(samples, mean) == pytest.approx(stats.sem(samples, axis=1), rel=1e-12)


def test_the_same_values_have_the_same_interval() -> None:
    values = np.random.default_rng(3).normal(50, 5, 12).tolist()
    first = interval(values)
    interval(values[:-1])
    assert interval(values) == first


def test_edges() -> None:
    assert math.isnan(interval([1.0, math.nan]).low)
    for n in (3, 10):
        constant = interval([2.5] * n + [math.nan])
        assert (constant.low, constant.high) == pytest.approx((2.5, 2.5))
