import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from reports.statistics.aggregates import (
    AGGREGATES,
    COLUMNS,
    aggregate_scores,
    interquartile_mean,
    mean,
    median,
    optimality_gap,
)
from reports.statistics.confidence_interval import Floats
from reports.statistics.stratified_bootstrap import estimate, resampled

# Two data sets: four runs, then two.
RAGGED = [np.array([0.1, 0.5, 0.3, 0.7]), np.array([0.9, 1.3])]


def plain_interquartile_mean(runs: list[list[float]]) -> float:
    """In fractions, run after run: sorted, weighed, cut at both ends."""
    weighed = sorted((score, Fraction(1, len(runs) * len(own))) for own in runs for score in own)
    cut = Fraction(len(weighed) // 4, len(weighed))
    place, whole, kept = Fraction(0), Fraction(0), 0.0
    for score, weight in weighed:
        inside = max(Fraction(0), min(place + weight, 1 - cut) - max(place, cut))
        whole, kept, place = whole + inside, kept + score * float(inside), place + weight
    return kept / float(whole)


@pytest.mark.parametrize("shape", [(3, 4), (6, 4), (5, 3), (7, 1), (1, 3), (10, 2)])
def test_with_as_many_runs_on_each_data_set_it_is_scipys_trimmed_mean(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).uniform(0, 1, shape)
    found = interquartile_mean(list(matrix.T))
    assert float(found) == pytest.approx(stats.trim_mean(matrix, 0.25, axis=None), rel=1e-12)


def test_worked_values() -> None:
    runs = [np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.5, 0.6, 0.9, 1.4])]
    # The middle four of eight: 0.3, 0.4, 0.5, 0.6.
    assert float(interquartile_mean(runs)) == pytest.approx(0.45)
    # Means of 0.25 and 0.85.
    assert float(mean(runs)) == pytest.approx(0.55)
    assert float(median(runs)) == pytest.approx(0.55)
    # Only 1.4 lies above 1: the second data set falls short by (0.5 + 0.4 + 0.1 + 0) / 4, the first by 0.75.
    assert float(optimality_gap(runs)) == pytest.approx((0.75 + 0.25) / 2)
    # Of 0.5: (0.4 + 0.3 + 0.2 + 0.1) / 4, and nothing.
    assert float(optimality_gap(runs, gamma=0.5)) == pytest.approx(0.125)


def test_they_are_those_of_rliable() -> None:
    """Computed once with rliable 1.2.0 (`rliable.metrics`), of seven runs on each of four data sets."""
    runs = list(np.sqrt((np.arange(28) * 11 % 28 + 1) / 20).reshape(7, 4).T)
    assert float(interquartile_mean(runs)) == pytest.approx(0.8428535625304395, rel=1e-14)
    assert float(mean(runs)) == pytest.approx(0.8083422061470296, rel=1e-14)
    assert float(median(runs)) == pytest.approx(0.8100636597004731, rel=1e-14)
    assert float(optimality_gap(runs)) == pytest.approx(0.22182386326668435, rel=1e-14)


def test_the_median_is_over_data_sets() -> None:
    runs = [np.array([0.0, 0.2]), np.array([0.4, 0.6]), np.array([0.8, 1.6])]
    assert float(median(runs)) == pytest.approx(0.5)
    assert float(mean(runs)) == pytest.approx((0.1 + 0.5 + 1.2) / 3)


def test_a_data_set_counts_as_much_whatever_its_number_of_runs() -> None:
    # Means 0.4 and 1.1.
    assert float(mean(RAGGED)) == pytest.approx(0.75)
    assert float(median(RAGGED)) == pytest.approx(0.75)
    # Short by 0.6, and by (0.1 + 0) / 2.
    assert float(optimality_gap(RAGGED)) == pytest.approx((0.6 + 0.05) / 2)
    # Weights 1/8 a run of the first, 1/4 of the second; floor(6 / 4) / 6 = 1/6 is cut off at either end: 0.1 with 1/8
    # and 0.3 in part (1/24 of its 1/8), 1.3 in part (1/6 of its 1/4).
    kept = 0.3 * (1 / 12) + 0.5 / 8 + 0.7 / 8 + 0.9 / 4 + 1.3 / 12
    assert float(interquartile_mean(RAGGED)) == pytest.approx(kept / (1 / 12 + 1 / 8 + 1 / 8 + 1 / 4 + 1 / 12))


@pytest.mark.parametrize("numbers", [(3, 24), (6, 9, 12), (1, 2, 3, 4), (24, 6, 6, 18)])
def test_ragged_runs_are_weighed_as_a_plain_computation_has_it(numbers: tuple[int, ...]) -> None:
    rng = np.random.default_rng(sum(numbers))
    runs = [rng.uniform(0, 1.2, n) for n in numbers]
    expected = plain_interquartile_mean([own.tolist() for own in runs])
    assert float(interquartile_mean(runs)) == pytest.approx(expected, rel=1e-12)


def test_copies_of_runs_change_no_mean_of_a_data_set() -> None:
    twice = [np.tile(RAGGED[0], 2), RAGGED[1]]
    for function in (mean, median, optimality_gap):
        assert float(function(twice)) == pytest.approx(float(function(RAGGED)))


@pytest.mark.parametrize("function", AGGREGATES.values(), ids=list(AGGREGATES))
def test_many_draws_at_once_give_what_each_gives(function) -> None:
    rng = np.random.default_rng(2)
    batch: list[Floats] = [rng.uniform(0, 1.2, (5, n)) for n in (3, 8)]
    assert function(batch).tolist() == pytest.approx([float(function([own[i] for own in batch])) for i in range(5)])


def test_outliers_do_not_move_the_interquartile_mean() -> None:
    runs = [np.linspace(0.4, 0.6, 8), np.linspace(0.4, 0.6, 8)]
    broken = [np.concatenate([[0.0], runs[0][1:]]), np.concatenate([runs[1][:-1], [9.0]])]
    assert float(interquartile_mean(broken)) == pytest.approx(float(interquartile_mean(runs)), rel=1e-12)
    assert abs(float(mean(broken)) - float(mean(runs))) > 0.4


def test_a_row_a_variant_with_its_intervals_the_highest_first() -> None:
    rng = np.random.default_rng(3)
    scores = {name: [rng.normal(center, 0.05, n) for n in (4, 6)] for name, center in (("low", 0.4), ("high", 0.8))}
    found = aggregate_scores(scores)
    assert found.columns.tolist() == COLUMNS
    assert found["variant"].tolist() == ["high", "low"]
    assert found["runs"].tolist() == [10, 10]
    assert found["highest"].tolist() == [1.0, 0.0]
    for name, function in AGGREGATES.items():
        expected = estimate(function, ("high", scores["high"]))
        ends = found.loc[0, [name, f"{name}_low", f"{name}_high"]].tolist()
        assert ends == [float(expected.value), float(expected.low), float(expected.high)]


def test_how_often_a_variant_is_the_highest_is_counted_over_draws_of_all() -> None:
    rng = np.random.default_rng(4)
    scores = {name: [rng.normal(center, 0.1, 6)] for name, center in (("a", 0.50), ("b", 0.53), ("c", 0.55))}
    found = aggregate_scores(scores).set_index("variant")["highest"]
    drawn = np.stack([stats.trim_mean(resampled(name, own)[0], 0.25, axis=1) for name, own in scores.items()])
    winners = np.bincount(drawn.argmax(axis=0), minlength=3) / drawn.shape[1]
    assert found.sum() == pytest.approx(1.0)
    assert found[list(scores)].tolist() == pytest.approx(winners.tolist())
    assert 0 < found["a"] < found["c"] < 1


def test_equals_share_the_first_place() -> None:
    runs = [np.full(3, 0.5), np.full(4, 0.7)]
    assert aggregate_scores({"a": runs, "b": runs})["highest"].tolist() == [0.5, 0.5]


def test_single_runs_have_no_interval_and_no_variants_no_row() -> None:
    found = aggregate_scores({"a": [np.array([0.5]), np.array([0.7])]}).iloc[0]
    assert found["mean"] == pytest.approx(0.6)
    assert math.isnan(found["mean_low"])
    none = aggregate_scores({})
    assert (len(none), none.columns.tolist()) == (0, COLUMNS)
    assert {str(kind) for kind in none.dtypes[2:]} == {"float64"}


def test_equals_stay_in_their_order() -> None:
    # More than are put in order by a sort that is stable by chance.
    names = [f"variant-{n}" for n in range(40)]
    assert aggregate_scores({name: [np.full(2, 0.5)] for name in names})["variant"].tolist() == names
