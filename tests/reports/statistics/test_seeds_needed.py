import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from reports.statistics.difference import SIGNIFICANT
from reports.statistics.intervals import Summary, summarise
from reports.statistics.pairs import compare_pairs
from reports.statistics.seeds_needed import MOST, POWER, power, seeds_needed, seeds_to_settle


def known(mean: float, std: float, n: int = 3) -> Summary:
    return Summary(mean, std, n, math.nan, math.nan, math.nan, math.nan)


def simulated_power(one: Summary, other: Summary) -> float:
    rng = np.random.default_rng(one.n)
    drawn = [rng.normal(side.mean, side.std, (20_000, side.n)) for side in (one, other)]
    return float(np.mean(stats.ttest_ind(*drawn, axis=1, equal_var=False).pvalue < SIGNIFICANT))


@pytest.mark.parametrize(("gap", "spread"), [(1.0, 1.0), (1.0, 3.0), (0.5, 1.0), (2.0, 0.5)])
def test_simulated_studies_of_that_size_find_it_four_times_in_five(gap: float, spread: float) -> None:
    one, other = known(0.0, 1.0), known(gap, spread)
    seeds = int(seeds_needed(one, other))
    found = simulated_power(replace(one, n=seeds), replace(other, n=seeds))
    # With few seeds one more is a step of several points.
    assert POWER - 0.01 < found < POWER + 0.5 / seeds + 0.01
    fewer = int(0.95 * seeds)
    assert simulated_power(replace(one, n=fewer), replace(other, n=fewer)) < POWER


def test_cohens_table() -> None:
    # Cohen 1988, table 2.4.1: two-sided 0.05, power 0.80, seeds a side for a difference of so many deviations.
    for gap, seeds in ((0.2, 393), (0.5, 64), (0.8, 26), (1.0, 17)):
        assert seeds_needed(known(0.0, 1.0), known(gap, 1.0)) == pytest.approx(seeds, abs=1)


@pytest.mark.parametrize("gap", [0.0, 0.2, 0.6, 1.0, 9.0])
def test_power_of_many_seeds_is_scipys_noncentral_t(gap: float) -> None:
    shift, bound = gap * math.sqrt(40 / 2), stats.t.ppf(0.975, 78)
    theory = 1 - stats.nct.cdf(bound, 78, shift) + stats.nct.cdf(-bound, 78, shift)
    assert power(known(0.0, 1.0, 40), known(gap, 1.0, 40)) == pytest.approx(theory, abs=0.001)


@pytest.mark.parametrize(("m", "n"), [(2, 2), (3, 3), (3, 10), (5, 5)])
@pytest.mark.parametrize(("gap", "spread"), [(3.0, 1.0), (5.0, 1.0), (3.0, 0.2), (3.0, 3.0)])
def test_power_of_few_seeds_is_that_of_simulated_studies(m: int, n: int, gap: float, spread: float) -> None:
    one, other = known(0.0, 1.0, m), known(gap, spread, n)
    assert power(one, other) == pytest.approx(simulated_power(one, other), abs=3.5 * 0.5 / math.sqrt(20_000))


def test_power_at_the_edges() -> None:
    # Welch's test holds its level.
    assert power(known(1.0, 2.0, 10), known(1.0, 2.0, 10)) == pytest.approx(SIGNIFICANT, abs=0.002)
    assert math.isnan(power(known(1.0, math.nan, 1), known(1.0, 2.0)))
    assert (power(known(1.0, 0.0), known(2.0, 0.0)), power(known(1.0, 0.0), known(1.0, 0.0))) == (1.0, 0.0)


def test_seeds_at_the_edges() -> None:
    assert seeds_needed(known(1.0, 0.1), known(9.0, 0.1)) <= 3
    assert seeds_needed(known(1.0, 1.0), known(1.0, 1.0)) == math.inf
    assert seeds_needed(known(1.0, 1.0), known(1.0001, 1.0)) == math.inf
    assert math.isnan(seeds_needed(known(1.0, math.nan, 1), known(1.0, 2.0)))
    assert seeds_needed(known(0.0, 1.0), known(0.0402, 1.0)) < MOST


def test_it_is_the_smallest_number_and_a_stricter_level_takes_more() -> None:
    one, other = known(40.0, 3.0), known(43.0, 5.0)
    powers = {n: power(replace(one, n=n), replace(other, n=n)) for n in range(2, 100)}
    strict = {n: power(replace(one, n=n), replace(other, n=n), 0.0005) for n in range(2, 200)}
    assert seeds_needed(one, other) == min(n for n, found in powers.items() if found >= POWER)
    assert seeds_needed(one, other, 0.0005) == min(n for n, found in strict.items() if found >= POWER)
    assert seeds_needed(one, other, 0.0005) > seeds_needed(one, other)


def test_tied_pairs_are_listed_with_what_each_side_lacks() -> None:
    scores = {
        "a": [40.0, 44.0, 42.0],
        "b": [43.0, 46.0, 44.5, 44.0, 47.0],
        "c": [120.0, 124.0, 122.0],
        "single": [50.0],
    }
    found = seeds_to_settle(scores, compare_pairs(scores))
    assert found[["one", "other"]].to_numpy().tolist() == [["a", "b"]]
    one, other = (summarise(np.log(scores[name]).tolist()) for name in "ab")
    seeds = seeds_needed(one, other, SIGNIFICANT / 3)
    assert found.iloc[0][["seeds", "more_one", "more_other"]].tolist() == [seeds, seeds - 3, max(0, seeds - 5)]
    assert seeds > 5
    scores["b"] += [40.0, 50.0] * 50
    enough = seeds_to_settle(scores, compare_pairs(scores)).iloc[0]
    assert enough["more_one"] > 0
    assert enough["more_other"] == 0


def test_a_tie_always_needs_more_seeds() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        scores = {str(i): row.tolist() for i, row in enumerate(rng.normal(50 + rng.normal(0, 4, (4, 1)), 3, (4, 4)))}
        found = seeds_to_settle(scores, compare_pairs(scores))
        assert (found["more_one"] > 0).all()


def test_no_tie_no_row() -> None:
    scores = {"a": [1.0, 1.1], "b": [50.0, 50.1]}
    assert len(seeds_to_settle(scores, compare_pairs(scores))) == 0
