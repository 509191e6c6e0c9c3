import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.aggregates import interquartile_mean, mean, optimality_gap
from reports.statistics.average_improvement import average_improvement
from reports.statistics.confidence_interval import Floats
from reports.statistics.stratified_bootstrap import RESAMPLES, estimate, resampled

# Two data sets whose runs share no value.
APART = [np.array([0.1, 0.2, 0.3]), np.array([0.8, 0.9])]
MEANS, DEVIATION = (0.5, 0.6, 0.7, 0.8), 0.05


def test_runs_are_drawn_within_their_data_set_as_many_as_there_are() -> None:
    drawn = resampled("dcgan", APART)
    assert [own.shape for own in drawn] == [(RESAMPLES, 3), (RESAMPLES, 2)]
    for own, given in zip(drawn, APART, strict=True):
        assert set(np.unique(own)) == set(given)


def test_every_run_is_drawn_as_often_and_by_itself() -> None:
    (drawn,) = resampled("dcgan", [np.arange(4.0)])
    counts = [(drawn == value).sum() for value in range(4)]
    assert stats.chisquare(counts).pvalue > 0.001
    # Of two runs both are the first in a quarter of resamples.
    both = (resampled("dcgan", [np.arange(2.0)])[0] == 0).all(axis=1).mean()
    assert both == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / RESAMPLES))


def test_draws_are_of_the_name_alone() -> None:
    first = resampled("dcgan", APART)
    resampled("hinge", APART)
    again, other = resampled("dcgan", APART), resampled("hinge", APART)
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert not all((one == two).all() for one, two in zip(first, other, strict=True))


def test_the_interval_is_that_of_a_plain_bootstrap() -> None:
    rng = np.random.default_rng(0)
    runs = [rng.normal(center, 0.05, n) for center, n in ((0.5, 9), (0.7, 12))]
    found = estimate(mean, ("dcgan", runs))
    # Run after run, of another seed: only chance may tell them apart.
    again = np.random.default_rng(1)
    means = [np.mean([again.choice(own, len(own)).mean() for own in runs]) for _ in range(4000)]
    assert float(found.value) == pytest.approx(np.mean([own.mean() for own in runs]))
    assert (found.low, found.high) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.002)
    # And, nearly, the normal one with the error of a resample's mean.
    error = math.sqrt(sum(own.var() / len(own) for own in runs)) / 2
    assert float(found.high - found.low) == pytest.approx(2 * 1.96 * error, rel=0.06)


def test_several_numbers_at_once_have_an_interval_each() -> None:
    def both(runs: list[Floats]) -> Floats:
        return np.stack([mean(runs), optimality_gap(runs)], axis=-1)

    found, one, other = (estimate(each, ("dcgan", APART)) for each in (both, mean, optimality_gap))
    assert found.low.tolist() == [one.low, other.low]
    assert found.high.tolist() == [one.high, other.high]


def test_two_variants_are_drawn_independently() -> None:
    """With the same draws for both a variant would beat its shifted twin by the same in each resample."""
    runs = [np.linspace(0, 1, 12)]
    found = estimate(lambda one, other: mean(one) - mean(other), ("dcgan", runs), ("hinge", runs))
    error = math.sqrt(2 * runs[0].var() / 12)
    assert float(found.high - found.low) == pytest.approx(2 * 1.96 * error, rel=0.06)


def test_a_single_run_on_a_data_set_has_no_interval() -> None:
    found = estimate(mean, ("dcgan", [np.array([0.5]), np.array([0.7, 0.9])]))
    assert float(found.value) == pytest.approx(0.65)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "stated"), [(3, 0.84), (6, 0.905), pytest.param(12, 0.93, marks=pytest.mark.long)])
def test_covers_at_the_stated_rate(n: int, stated: float) -> None:
    rng = np.random.default_rng(n)
    # Of so many runs that what is left of chance is a hundredth of an interval.
    many = [rng.normal(center, DEVIATION, 400_000) for center in MEANS]
    truths = {function: float(function(many)) for function in (interquartile_mean, mean, optimality_gap)}
    studies, hits = 400, dict.fromkeys(truths, 0)
    for study in range(studies):
        runs = [rng.normal(center, DEVIATION, n) for center in MEANS]
        for function, truth in truths.items():
            found = estimate(function, (f"variant-{study}", runs))
            hits[function] += bool(found.low <= truth <= found.high)
    # Statistics differ by two points at three runs.
    bound = 0.02 + 3.3 * math.sqrt(stated * (1 - stated) / studies)
    assert [count / studies for count in hits.values()] == pytest.approx([stated] * 3, abs=bound)


@pytest.mark.simulation
def test_covers_a_probability_of_improvement_at_the_stated_rate() -> None:
    rng = np.random.default_rng(0)
    truth = stats.norm.cdf(0.03 / (DEVIATION * math.sqrt(2)))
    studies, hits = 400, 0
    for study in range(studies):
        one, other = ([rng.normal(center + shift, DEVIATION, 6) for center in MEANS] for shift in (0.03, 0.0))
        found = estimate(average_improvement, (f"one-{study}", one), (f"other-{study}", other))
        hits += bool(found.low <= truth <= found.high)
    assert hits / studies == pytest.approx(0.92, abs=3.3 * math.sqrt(0.92 * 0.08 / studies))
