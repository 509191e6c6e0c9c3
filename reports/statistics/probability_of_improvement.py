"""How often a run of one variant beats a run of another: what a person who trains once wants to know."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from reports.statistics.intervals import LEVEL

_HALVINGS = 50


@dataclass(frozen=True)
class Probability:
    """That a run of one variant scores lower than a run of another; a tie counts half.

    Attributes:
        value: In [0, 1]; NaN if either has no value.
        low: Lower end of its 95 % interval, in [0, 1]; NaN if either has fewer than two values.
        high: Upper end.
    """

    value: float
    low: float
    high: float


def probability_better(one: Sequence[float], other: Sequence[float]) -> Probability:
    """The share of pairs of runs in which the one's score is the lower, with an interval that bears few seeds.

    DeLong's interval shrinks to a point where all runs of one are better, which three seeds often are, and then covers
    next to nothing. Newcombe's takes the variance at the end of the interval, as Wilson's does for a share, and has
    width there. It is made with a quantile of Student's t (the values less two) instead of the normal one: simulated
    with 3 to 10 seeds, as many on either side, and spreads up to 1 to 3, it then covers 94 % or more, where the normal
    one covers 87 % at worst; so three against three, all better, leave one half within the interval. Where three face
    ten and scatter three times as much or as little, it covers 90 %.

    Args:
        one: Scores, lower is better; NaN and infinite ones are left out.
        other: As `one`.

    References:
        Newcombe 2006, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2:
        asymptotic methods and evaluation", Statistics in Medicine 25, method 5.
        McGraw and Wong 1992, "A common language effect size statistic".
    """
    left, right = (np.asarray([value for value in side if math.isfinite(value)]) for side in (one, other))
    if min(len(left), len(right)) == 0:
        return Probability(math.nan, math.nan, math.nan)
    gaps = right[None, :] - left[:, None]
    value = float(((gaps > 0) + 0.5 * (gaps == 0)).mean())
    if min(len(left), len(right)) < 2:
        return Probability(value, math.nan, math.nan)
    low, high = (_end(value, end, len(left), len(right)) for end in (0.0, 1.0))
    return Probability(value, low, high)


def _end(value: float, end: float, m: int, n: int) -> float:
    """The truth farthest towards `end` (0 or 1) that still lies within the quantile times its own error of `value`."""
    quantile = float(stdtrit(m + n - 2, 0.5 + LEVEL / 2))
    inside, outside = value, end
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if abs(middle - value) <= quantile * math.sqrt(_variance(middle, m, n)):
            inside = middle
        else:
            outside = middle
    return inside


def _variance(truth: float, m: int, n: int) -> float:
    """Hanley and McNeil's, as Newcombe's method 5 has it: with the mean of both numbers of values within."""
    shared = (m + n) / 2 - 1
    return truth * (1 - truth) * (1 + shared * ((1 - truth) / (2 - truth) + truth / (1 + truth))) / (m * n)
