"""A share of some trials, and how sure it is."""

import math
from dataclasses import dataclass

from scipy.special import ndtri

from reports.statistics.intervals import LEVEL


@dataclass(frozen=True)
class Share:
    """How many of n have something.

    Attributes:
        share: In [0, 1]; NaN if n is 0.
        low: Lower end of its 95 % interval, in [0, 1]; 0 if n is 0.
        high: Upper end; 1 if n is 0.
        n: Of how many.
    """

    share: float
    low: float
    high: float
    n: int


def wilson(count: int, n: int) -> Share:
    """The share `count` of n independent trials, 0 <= count <= n, with Wilson's 95 % interval.

    References:
        Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    if n == 0:
        return Share(math.nan, 0.0, 1.0, 0)
    share, square = count / n, float(ndtri(0.5 + LEVEL / 2)) ** 2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = math.sqrt(square * (share * (1 - share) / n + square / (4 * n**2))) / (1 + square / n)
    # At 0 and n of n an end is 0 or 1 but for rounding.
    return Share(share, max(0.0, centre - half), min(1.0, centre + half), n)
