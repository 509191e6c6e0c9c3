"""What the race is compared with: so many seeds for all, every pair tested, adjusted by Holm."""

import numpy as np
from scipy.stats import ttest_ind

from tools.race_simulation.simulator import Booleans, Floats


def holm_left(scores: Floats, error: float) -> Booleans:
    """Who is worse than no other beyond chance, by two-sided Welch tests of all pairs.

    Args:
        scores: Scores (races, variants, seeds), at least two of each of the latter.
        error: The family-wise error.

    Returns:
        Whether each is left (races, variants).

    References:
        Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6(2).
    """
    one, other = np.triu_indices(scores.shape[1], 1)
    tests = ttest_ind(scores[:, one], scores[:, other], axis=2, equal_var=False)
    chances, higher = np.asarray(tests.pvalue), np.asarray(tests.statistic) > 0
    order = np.argsort(chances, axis=1)
    passed = np.take_along_axis(chances, order, 1) * np.arange(len(one), 0, -1) < error
    apart = np.zeros_like(passed)
    np.put_along_axis(apart, order, np.logical_and.accumulate(passed, axis=1), 1)
    left = np.ones(scores.shape[:2], np.bool_)
    for pair, (first, second) in enumerate(zip(one, other, strict=True)):
        left[:, first] &= ~(apart[:, pair] & higher[:, pair])
        left[:, second] &= ~(apart[:, pair] & ~higher[:, pair])
    return left
