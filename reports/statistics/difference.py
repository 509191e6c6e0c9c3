"""By how much two means differ, and how sure that is."""

import math
from dataclasses import dataclass

from scipy.special import stdtrit

from reports.statistics.intervals import LEVEL, Summary, welch

# A p-value below it tells two variants apart.
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Difference:
    """Of two means.

    Attributes:
        mean: The other's minus the one's; NaN if either has no value.
        low: Lower end of its 95 % interval; NaN if either has fewer than two values.
        high: Upper end.
        p_value: Two-sided, that both means are equal; NaN as `low`. It is below 0.05 where the interval leaves out 0.
    """

    mean: float
    low: float
    high: float
    p_value: float


def difference(one: Summary, other: Summary) -> Difference:
    """How far the other's mean lies above the one's, by Welch's t: the spreads may differ.

    References:
        Welch 1947, "The generalization of Student's problem when several different population variances are involved".
    """
    gap = other.mean - one.mean
    if min(one.n, other.n) < 2:
        return Difference(gap, math.nan, math.nan, math.nan)
    half = float(stdtrit(freedom(one, other), 0.5 + LEVEL / 2)) * standard_error(one, other)
    return Difference(gap, gap - half, gap + half, welch(one, other))


def standard_error(one: Summary, other: Summary) -> float:
    """Of the difference of two means; NaN if either has fewer than two values."""
    return math.sqrt(one.std**2 / one.n + other.std**2 / other.n)


def freedom(one: Summary, other: Summary) -> float:
    """Degrees of freedom of that error, from the smaller n - 1 to the sum of both; infinite where no value varies.

    References:
        Welch 1947, as above; Satterthwaite 1946, "An approximate distribution of estimates of variance components".
    """
    shares = [side.std**2 / side.n for side in (one, other)]
    spread = sum(share**2 / (side.n - 1) for share, side in zip(shares, (one, other), strict=True))
    return sum(shares) ** 2 / spread if spread > 0 else math.inf
