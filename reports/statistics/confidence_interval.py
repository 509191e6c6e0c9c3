"""How sure a mean, or another smooth statistic, of a few seeds is, where their distribution is not known to be normal.

No interval within the range of n values covers the middle of a symmetric distribution more often than 1 - 2^(1 - n):
75 % with three seeds. The percentile and BCa bootstraps stay within that range, so below six seeds they cannot cover
95 %, and simulated they cover about 73 % with three and 89 % with ten. Student's t goes beyond the range, and so does
the studentised bootstrap, which follows skewness besides, but with three seeds one resample in nine has no spread, and
its ends lie at infinity. Hence Student's t below `RESAMPLED_FROM` values and the studentised bootstrap from there on.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from reports.statistics.intervals import LEVEL

Floats = NDArray[np.float64]
# From a batch of samples (..., n) to a number for each (...). Smooth in every value: not a median.
Statistic = Callable[[Floats], Floats]
# Fewer values have too few distinct resamples; here the interval of normal scores is a tenth wider than Student's.
RESAMPLED_FROM = 8
# With fewer the interval is told in CSV alone: of three it often reaches below what real images score.
FEWEST = 4
METHOD = f"Student's t below {RESAMPLED_FROM} seeds, else the studentised bootstrap"
_RESAMPLES = 2000
_TAILS = (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)


@dataclass(frozen=True)
class Interval:
    """A 95 % interval.

    Attributes:
        low: NaN below two values.
        high: NaN below two values.
    """

    low: float
    high: float


def mean(samples: Floats) -> Floats:
    """The mean of each sample: (..., n) to (...)."""
    return np.asarray(samples.mean(axis=-1), dtype=np.float64)


def interval(values: Sequence[float], statistic: Statistic = mean) -> Interval:
    """A 95 % interval of a statistic of independent values; the same values always have the same interval.

    Simulated with 3 to 20 seeds, it covers the mean of normal scores 94 to 96 % of the time, and of log-normal ones
    that spread by a quarter of their size 93 to 95 %. Where they spread by half, it covers 91 to 92 % with fewer than
    eight seeds, and 93 to 95 % from there on.

    Args:
        values: Any number; NaN and infinite ones are left out.
        statistic: From samples (..., n) to (...). Smooth in each value: the jackknife errs for medians and extremes.

    References:
        Efron and Tibshirani 1993, "An Introduction to the Bootstrap", sections 11.2 and 12.5.
        Hesterberg 2015, "What Teachers Should Know About the Bootstrap", arXiv:1411.5279.
    """
    finite = np.asarray([value for value in values if math.isfinite(value)], dtype=np.float64)
    n = len(finite)
    if n < 2:
        return Interval(math.nan, math.nan)
    low, high = _studentised(finite, statistic) if n >= RESAMPLED_FROM else stdtrit(n - 1, _TAILS)
    estimate, error = float(statistic(finite)), float(jackknife_error(finite, statistic))
    # The upper quantile of the error bounds the truth from below.
    return Interval(estimate - float(high) * error, estimate - float(low) * error)


def jackknife_error(samples: Floats, statistic: Statistic) -> Floats:
    """The standard error of a statistic of each sample, (..., n) to (...), from leaving out each value in turn.

    For the mean it is the standard deviation over the root of n.

    References:
        Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 11.2.
    """
    n = samples.shape[-1]
    if statistic is mean:
        return np.asarray(samples.std(axis=-1, ddof=1) / math.sqrt(n), dtype=np.float64)
    without = np.stack([statistic(np.delete(samples, i, axis=-1)) for i in range(n)])
    return np.asarray(np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0)), dtype=np.float64)


def _studentised(values: Floats, statistic: Statistic) -> Floats:
    """Quantiles (2) of the statistic's error over resamples, in units of each resample's own standard error."""
    n = len(values)
    # A generator of its own: a report is the same whenever and in whatever order it is written.
    resamples = values[np.random.default_rng(0).integers(0, n, (_RESAMPLES, n))]
    gaps, errors = statistic(resamples) - statistic(values), jackknife_error(resamples, statistic)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(gaps == 0.0, 0.0, gaps / errors)
    return np.quantile(ratios, _TAILS, method="nearest")
