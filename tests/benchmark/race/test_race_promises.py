"""What a race promises, in simulated ones: the best is kept, and what power there is."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmark.race.rules import Rules, level_at
from tools.race_simulation.cases import NOISES, NullCase, typical
from tools.race_simulation.simulator import simulate

INF = math.inf
# No race ends before its time because all that are left are practically equal.
NO_MARGIN = 1 + 1e-9


def highest(races: int) -> float:
    """What a true share of 0.05 exceeds in one of a thousand such simulations."""
    return float(stats.binom.ppf(0.999, races, 0.05)) / races


@pytest.mark.parametrize("noise", list(NOISES))
@pytest.mark.parametrize(
    ("variants", "means", "deviations", "races"),
    [
        (2, "tied", "equal", 4000),
        (2, "nearly tied", "best largest", 4000),
        (3, "tied", "best a third", 4000),
        (5, "nearly tied", "a third large", 4000),
        (5, "half worse", "best threefold", 4000),
        (10, "tied", "best smallest", 2000),
        (19, "tied", "half large", 2000),
        (19, "half worse", "spread", 2000),
        (50, "tied", "half large", 500),
    ],
)
def test_the_best_is_kept(variants: int, means: str, deviations: str, races: int, noise: str) -> None:
    scores = NullCase(variants, means, deviations, noise).races(races, 24, (10, variants))
    assert simulate(scores, Rules(margin=NO_MARGIN)).sent_out[0] < highest(races)


@pytest.mark.parametrize("rules", [Rules(margin=NO_MARGIN), Rules(most_seeds=48), Rules.fixed(50)], ids=repr)
@pytest.mark.parametrize(
    "case",
    [
        NullCase(2, "tied", "best smallest", "skewness 1"),
        NullCase(2, "half worse", "a third large", "skewness 1"),
        NullCase(2, "tied", "best threefold", "skewness -1"),
    ],
    ids=str,
)
def test_the_best_is_kept_in_the_worst_cases_known(case: NullCase, rules: Rules) -> None:
    races = 20_000
    scores = case.races(races, rules.most_seeds, (11, 0))
    assert simulate(scores, rules).sent_out[0] < highest(races)


@pytest.mark.parametrize(("variants", "races"), [(5, 4000), (19, 2000), (50, 500)])
@pytest.mark.parametrize("deviations", ["equal", "spread"])
def test_each_of_many_tied_is_kept(deviations: str, variants: int, races: int) -> None:
    """The bound is for one; that none of so many exceeds it holds because the true shares are far below 0.05."""
    scores = NullCase(variants, "tied", deviations, "normal").races(races, 24, (12, variants))
    assert simulate(scores, Rules(margin=NO_MARGIN)).sent_out.max() < highest(races)


@pytest.mark.parametrize("step", [0.05, 0.2, 0.4])
def test_rounded_scores_keep_the_best(step: float) -> None:
    """Rounded about the mean of all, so that all are tied as before, and so are many of their scores."""
    scores = NullCase(5, "tied", "half large", "normal").races(4000, 24, (13, 0))
    assert simulate(np.round(scores / step) * step, Rules(margin=NO_MARGIN)).sent_out.max() < highest(4000)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_diverging_alike_keeps_the_best(share: float) -> None:
    scores = NullCase(5, "tied", "equal", "normal").races(4000, 24, (14, 0))
    scores[np.random.default_rng(15).random(scores.shape) < share] = INF
    assert simulate(scores, Rules()).sent_out.max() < highest(4000)


@pytest.mark.parametrize("gap", [0.6, 1.0, 1.4])
def test_power_against_noncentral_t(gap: float) -> None:
    """Two of equal deviations, one look: between Student's power with n - 1 and with 2 (n - 1) degrees of freedom.

    The floor, 0.7 of the mean deviation, hardly matters at 24 seeds; three standard errors of the share are allowed.
    """
    seeds, races, level = 24, 20_000, level_at(24, 0, 0.05)
    scores = np.random.default_rng(16).standard_normal((races, 2, seeds)) + np.array([[0], [gap]])
    found = simulate(scores, Rules.fixed(seeds, margin=NO_MARGIN)).sent_out[1]
    shift = gap / math.sqrt(2 / seeds)
    low, high = (stats.nct.sf(stats.t.isf(level, df), 2 * (seeds - 1), shift) for df in (seeds - 1, 2 * (seeds - 1)))
    error = 3 * math.sqrt(found * (1 - found) / races)
    assert low - error < found < high + error
    assert high - low < 0.03


@pytest.mark.parametrize("noise", ["normal", "skewness 1", "skewness -1"])
@pytest.mark.parametrize("deviation", [0.05, 0.1])
def test_a_false_claim_of_equality_is_rare(deviation: float, noise: str) -> None:
    """The second lies just outside the margin: claimed equal in at most the error's share of races."""
    shape = (4000, 2, 24)
    scores = deviation * NOISES[noise](np.random.default_rng(17), shape) + np.array([[0], [math.log(1.1)]])
    assert simulate(scores, Rules()).equal.mean() < highest(4000)


def test_what_is_the_same_is_found_to_be() -> None:
    scores = 0.05 * np.random.default_rng(18).standard_normal((1000, 2, 24))
    assert simulate(scores, Rules()).equal.mean() > 0.9


def test_the_typical_study_ends_after_few_runs() -> None:
    """1,000 races give the mean of the runs to 1, that of those left to 0.03; the bounds leave four such errors."""
    outcome = simulate(typical(1000, 24, 19), Rules())
    assert outcome.runs.mean() < 202
    assert outcome.inside.sum(axis=1).mean() < 2.2
    assert outcome.inside[:, 0].mean() > 0.99
