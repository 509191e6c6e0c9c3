import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import optimize, stats

from reports.statistics.variance_split import VarianceSplit, split_variance


def split(variants: Sequence[Sequence[Sequence[float]]]) -> VarianceSplit:
    found = split_variance(variants)
    assert found is not None
    return found


def test_by_hand() -> None:
    # Searches of two seeds: within, 4 squares of 1 over 2 degrees of freedom; between, 2 * (3^2 + 3^2) over 1.
    found = split([[[1.0, 3.0], [7.0, 9.0]]])
    assert (found.seed.value, found.search.value) == (2.0, (36.0 - 2.0) / 2)
    assert found.share.value == 17.0 / 19.0
    # The variance of a search's mean of two seeds is 17 + 1, where seeds alone say 1.
    assert found.widening == pytest.approx(math.sqrt(18.0))
    assert (found.variants, found.searches, found.runs) == (1, 2, 4)


def test_of_several_variants_squares_are_pooled_by_their_degrees_of_freedom() -> None:
    # Within: (4 + 0) over 2 + 2; between: (36 + 2 * 2) over 1 + 1; two seeds a search.
    found = split([[[1.0, 3.0], [7.0, 9.0]], [[4.0, 4.0], [6.0, 6.0]]])
    assert found.seed.value == 1.0
    assert found.search.value == (20.0 - 1.0) / 2


def test_searches_of_unequal_seeds_by_hand() -> None:
    # Counts 1 and 3: n0 = 4 - 10 / 4. Within: 2 over 2; between: 1 * 3^2 + 3 * 1^2 over 1.
    found = split([[[0.0], [3.0, 4.0, 5.0]]])
    assert found.seed.value == 1.0
    assert found.search.value == pytest.approx((12.0 - 1.0) / 1.5)


def test_intervals_are_scipys_for_one_variant() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(0, 0.3, (5, 1)) + rng.normal(0, 0.2, (5, 4))
    found, tested = split([scores.tolist()]), stats.f_oneway(*scores)
    within = scores.var(axis=1, ddof=1).mean()
    ends = 15 * within / stats.chi2.ppf([0.975, 0.025], 15)
    assert (found.seed.low, found.seed.high) == pytest.approx(tuple(ends))
    ratios = (tested.statistic / stats.f.ppf([0.975, 0.025], 4, 15) - 1) / 4
    assert (found.share.low, found.share.high) == pytest.approx(tuple(ratios / (1 + ratios)))
    # Williams: the F test's remainder over the chi-square's quantile of the same tail.
    left = within * (tested.statistic - stats.f.ppf([0.975, 0.025], 4, 15))
    ends = 4 * left / (4 * stats.chi2.ppf([0.975, 0.025], 4))
    assert (found.search.low, found.search.high) == pytest.approx(tuple(ends))


def restricted_likelihood(variances: np.ndarray, scores: np.ndarray) -> float:
    """Minus the logarithm of the restricted likelihood (variants, searches, seeds), up to a constant."""
    search, seed = np.exp(variances)
    variants, searches, seeds = scores.shape
    block = np.kron(np.eye(searches), np.full((seeds, seeds), search)) + seed * np.eye(searches * seeds)
    ones = np.ones(searches * seeds)
    weights = np.linalg.inv(block)
    total = 0.0
    for own in scores.reshape(variants, -1):
        residual = own - (ones @ weights @ own) / (ones @ weights @ ones)
        total += np.linalg.slogdet(block)[1] + math.log(ones @ weights @ ones) + residual @ weights @ residual
    return total / 2


def test_with_equal_numbers_it_is_restricted_maximum_likelihood() -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(0, 1, (4, 1, 1)) + rng.normal(0, 0.4, (4, 3, 1)) + rng.normal(0, 0.2, (4, 3, 3))
    best = optimize.minimize(
        restricted_likelihood, np.log([0.1, 0.1]), (scores,), method="Nelder-Mead", options={"xatol": 1e-9}
    )
    found = split(scores.tolist())
    assert (found.search.value, found.seed.value) == pytest.approx(tuple(np.exp(best.x)), rel=1e-4)


def test_it_is_the_same_whatever_the_level_of_a_variant_and_goes_with_the_square_of_the_unit() -> None:
    rng = np.random.default_rng(7)
    scores = rng.normal(0, 1, (3, 3, 2))
    found = split(scores.tolist())
    moved = split((2 * scores + rng.normal(0, 9, (3, 1, 1))).tolist())
    for name in ("value", "low", "high"):
        assert getattr(moved.search, name) == pytest.approx(4 * getattr(found.search, name))
        assert getattr(moved.share, name) == pytest.approx(getattr(found.share, name))


def test_a_negative_variance_is_told_as_it_is_and_its_share_is_nothing() -> None:
    found = split([[[0.0, 2.0], [0.0, 2.0]]])
    assert (found.search.value, found.search.low) == (-1.0, 0.0)
    assert (found.share.value, found.share.low, found.widening) == (0.0, 0.0, 1.0)


def test_what_tells_nothing() -> None:
    assert split_variance([]) is None
    assert split_variance([[[1.0, 2.0]]]) is None  # one search
    assert split_variance([[[1.0], [2.0]]]) is None  # one seed each
    same = split([[[1.0, 1.0], [1.0, 1.0]]])
    assert (same.search.value, same.seed.value) == (0.0, 0.0)
    assert math.isnan(same.share.value)
    only_searches = split([[[1.0, 1.0], [2.0, 2.0]]])
    assert (only_searches.share.value, only_searches.share.low) == (1.0, 1.0)


def test_runs_without_a_score_and_variants_of_one_search_are_left_out() -> None:
    known = [[1.0, 3.0], [7.0, 9.0]]
    diverged = [[1.0, math.inf, 3.0], [7.0, 9.0, math.nan], [math.inf]]
    assert split([diverged, [[5.0, 6.0]]]) == split([known])


@pytest.mark.simulation
# Variants, searches, seeds; deviations of searches and seeds; how the variants' deviations differ.
@pytest.mark.parametrize(
    ("shape", "search", "seed", "spread"),
    [
        ((1, 6, 6), 0.2, 0.25, 1.0),
        ((19, 3, 3), 0.2, 0.25, 1.0),
        ((6, 5, 2), 0.2, 0.25, 1.0),
        ((6, 3, 3), 0.0, 0.25, 1.0),
        ((19, 3, 3), 0.2, 0.25, 3.0),
        ((6, 5, 3), 0.2, 0.25, 3.0),
    ],
)
def test_it_is_unbiased_and_intervals_cover(
    shape: tuple[int, int, int], search: float, seed: float, spread: float
) -> None:
    draws = 1000
    rng = np.random.default_rng([*shape, round(10 * spread)])
    # Deviations of variants from 1 / spread to spread, their mean square 1.
    scale = spread ** np.linspace(-1, 1, shape[0]).reshape(-1, 1, 1) if shape[0] > 1 else np.ones((1, 1, 1))
    scale = scale / np.sqrt((scale**2).mean())
    found = []
    for _ in range(draws):
        noise = search * rng.standard_normal((*shape[:2], 1)) + seed * rng.standard_normal(shape)
        found.append(split((scale * noise).tolist()))
    truth = {"search": search**2, "seed": seed**2, "share": search**2 / (search**2 + seed**2)}
    for name in ("search", "seed"):
        values = np.array([getattr(each, name).value for each in found])
        assert abs(values.mean() - truth[name]) < 4 * values.std() / math.sqrt(draws)
    # Variants that scatter up to nine times as much as others leave few degrees of freedom to guess from.
    rate = 0.94 if spread == 1 else 0.92
    for name, true in truth.items():
        ends = [getattr(each, name) for each in found]
        covered = np.mean([each.low <= true + 1e-15 and true <= each.high for each in ends])
        assert covered > rate - 3 * math.sqrt(rate * (1 - rate) / draws), name
