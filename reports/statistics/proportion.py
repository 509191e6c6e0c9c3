"""A share of some trials, and how sure it is."""

import math
from dataclasses import dataclass

from scipy.stats import binomtest

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
    interval = binomtest(count, n).proportion_ci(LEVEL, method="wilson")
    return Share(count / n, float(interval.low), float(interval.high), n)
