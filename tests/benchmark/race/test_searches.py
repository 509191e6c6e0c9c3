"""Repeated searches as units of the race, and that the race over them holds its error."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmark.race.race import race
from benchmark.race.rules import Rules
from benchmark.race.searches import NUMBERS, number_of, place_of, search_of, search_scores
from tools.race_simulation.simulator import simulate

INF = math.inf


def test_numbers_tell_the_search_and_the_place_in_it() -> None:
    assert [number_of(0, 7), number_of(2, 7)] == [7, 2_000_007]
    for search, place in [(0, 0), (0, NUMBERS - 1), (1, 0), (999, 12)]:
        assert (search_of(number_of(search, place)), place_of(number_of(search, place))) == (search, place)


def test_a_search_has_the_mean_of_its_final_runs() -> None:
    scores = {0: 2.0, 1: 8.0, NUMBERS: 1.0, NUMBERS + 1: 3.0}
    assert search_scores(scores, 2, "ratio") == pytest.approx({0: 4.0, 1: math.sqrt(3.0)})
    assert search_scores(scores, 2, "difference") == {0: 5.0, 1: 2.0}


def test_final_runs_beyond_those_of_a_search_are_ignored_and_a_search_that_lacks_one_waits() -> None:
    scores = {0: 2.0, 1: 8.0, 2: 99.0, NUMBERS: 1.0, 2 * NUMBERS + 1: 5.0}
    assert search_scores(scores, 2, "difference") == {0: 5.0}
    assert search_scores(scores, 1, "difference") == {0: 2.0, 1: 1.0}


@pytest.mark.parametrize("scale", ["ratio", "difference"])
def test_a_search_with_a_run_that_diverged_or_without_settings_is_infinite(scale: str) -> None:
    scores = {0: 2.0, 1: INF, NUMBERS: 1.0, NUMBERS + 1: 1.0}
    found = search_scores(scores, 2, "ratio" if scale == "ratio" else "difference", fruitless={2})
    assert found == pytest.approx({0: INF, 1: 1.0, 2: INF})


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan])
def test_what_cannot_be_raced_is_refused_by_the_race(bad: float) -> None:
    found = search_scores({0: 2.0, 1: bad}, 2, "ratio")
    with pytest.raises(ValueError, match="a score is"):
        race({"one": [*found.values(), 1.0], "two": [1.0, 2.0]}, Rules(2, 2))


def test_searches_are_what_seeds_are_to_the_rules() -> None:
    """Worked: two searches of two seeds each, whose means on the log are 0 and 0.2 against 5 and 5.2."""
    good = {0: math.exp(-0.1), 1: math.exp(0.1), NUMBERS: math.exp(0.1), NUMBERS + 1: math.exp(0.3)}
    bad = {number: score * math.exp(5) for number, score in good.items()}
    units = {name: [*search_scores(own, 2, "ratio").values()] for name, own in (("good", good), ("bad", bad))}
    found = race(units, Rules(2, 8))
    assert found.verdicts["bad"].factor == pytest.approx(math.exp(5))
    assert np.log(units["good"]) == pytest.approx([0.0, 0.2])
    assert [stage.seeds for stage in found.stages] == [2]


def studies(races: int, shape: tuple[int, int, int], search: float, seed: float, entropy: int) -> np.ndarray:
    """Logarithms of scores (races, variants, searches, seeds) of variants that are all as good."""
    rng = np.random.default_rng(entropy)
    luck = search * rng.standard_normal((races, *shape[:2], 1))
    return np.asarray(luck + seed * rng.standard_normal((races, *shape)))


@pytest.mark.simulation
@pytest.mark.parametrize(("variants", "races"), [(2, 4000), (6, 4000), (19, 2000)])
@pytest.mark.parametrize("searches", [3, 6, 12])
def test_the_best_is_kept_by_a_race_over_searches_and_not_by_one_over_seeds(
    variants: int, races: int, searches: int
) -> None:
    """Deviations as measured on the digits, 0.2 between searches and 0.25 between seeds, three seeds a search."""
    rules = Rules(2, searches, margin=1 + 1e-9)
    scores = studies(races, (variants, searches, 3), 0.2, 0.25, 20 + variants)
    allowed = float(stats.binom.ppf(0.999, races, 0.05)) / races
    sent_out = simulate(scores.mean(axis=3), rules).sent_out.max()
    assert sent_out < allowed
    # As if more seeds of one search said more of the method: with 24 of them a tied best is sent out far too often.
    one_search = studies(races, (variants, 1, 24), 0.2, 0.25, 30 + variants)[:, :, 0]
    assert simulate(one_search, Rules(margin=1 + 1e-9)).sent_out.mean() > 2 * allowed


@pytest.mark.simulation
@pytest.mark.parametrize("noise", ["heavy", "lucky"])
def test_unequal_luck_of_searches_keeps_the_best(noise: str) -> None:
    """The first variant is as good in the mean, and its searches scatter three times as much."""
    rng = np.random.default_rng(41)
    shape = (4000, 5, 12)
    luck = rng.standard_t(5, shape) * math.sqrt(0.6) if noise == "heavy" else (rng.gamma(4.0, size=shape) - 4) / 2
    luck[:, 0] *= 3
    scores = 0.2 * luck + 0.25 * rng.standard_normal((*shape, 3)).mean(axis=3)
    assert (
        simulate(scores, Rules(2, 12, margin=1 + 1e-9)).sent_out[0] < float(stats.binom.ppf(0.999, 4000, 0.05)) / 4000
    )


@pytest.mark.simulation
def test_power_grows_with_searches() -> None:
    """One 1.5 times as high, deviations as on the digits: seldom told by six searches, mostly by 24."""
    scores = studies(1000, (2, 24, 3), 0.2, 0.25, 43) + np.log([1.0, 1.5]).reshape(1, 2, 1, 1)
    told = [simulate(scores.mean(axis=3)[:, :, :most], Rules(2, most)).sent_out[1] for most in (6, 12, 24)]
    assert told == sorted(told)
    assert told[0] < 0.5 < 0.9 < told[2]
