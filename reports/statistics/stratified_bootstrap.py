"""How sure a statistic of several data sets' runs is: runs are drawn anew within each data set.

The data sets are those that they are, not a sample of all that there might be: a band says what other seeds might have
given on the same data sets, and nothing of a data set that is not among them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reports.statistics.confidence_interval import Floats
from reports.statistics.intervals import LEVEL

# A variant's scores by data set: [(..., n_1), ..., (..., n_T)], higher is better. Numbers of runs may differ.
Runs = Sequence[Floats]
# From the runs of one or several variants to one number, or to several: [(..., n_t)] to (..., k) or (...).
Statistic = Callable[..., Floats]
RESAMPLES = 2000
METHOD = "the percentile bootstrap, runs drawn anew within each data set"
_TAILS = (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)


@dataclass(frozen=True)
class Estimate:
    """A statistic, or several at once, with 95 % intervals.

    Attributes:
        value: () or (k).
        low: Lower ends, of the same shape; NaN where a data set has a single run.
        high: Upper ends.
    """

    value: Floats
    low: Floats
    high: Floats


def resampled(name: str, runs: Runs) -> list[Floats]:
    """Each data set's runs, drawn anew with replacement, as many as there are.

    Args:
        name: Of the variant: it seeds the draws. So they are the same in every report, and independent of the draws of
            other variants, whoever is there.
        runs: [(n_1), ..., (n_T)], at least one run a data set.

    Returns:
        [(`RESAMPLES`, n_1), ..., (`RESAMPLES`, n_T)].
    """
    rng = np.random.default_rng([*name.encode()])
    return [own[rng.integers(0, len(own), (RESAMPLES, len(own)))] for own in runs]


def estimate(statistic: Statistic, *variants: tuple[str, Runs]) -> Estimate:
    """A statistic of the runs of one or several variants, with its stratified bootstrap percentile interval.

    Percentile intervals stay within what was seen, and a resample of n runs scatters by sqrt((n - 1) / n) of what runs
    scatter by: they are too narrow where runs are few. Simulated on four data sets with equal spreads, where they say
    95 % they cover an aggregate 82 to 86 % of the time with three runs on each, 90 to 91 % with six, 92 to 93 % with
    twelve, and a probability of improvement 87, 92 and 93 %.

    Args:
        statistic: From each variant's runs, [(..., n_t)], to (...) or (..., k).
        variants: Names and runs, as `resampled` takes them, in the order of the statistic's arguments.

    References:
        Agarwal et al. 2021, arXiv:2108.13264, section 4.1 ("stratified bootstrap confidence intervals").
    """
    value = np.asarray(statistic(*(runs for _, runs in variants)))
    if any(own.shape[-1] < 2 for _, runs in variants for own in runs):
        unknown = np.full(value.shape, math.nan)
        return Estimate(value, unknown, unknown)
    drawn = statistic(*(resampled(*variant) for variant in variants))
    low, high = np.quantile(drawn, _TAILS, axis=0)
    return Estimate(value, np.asarray(low), np.asarray(high))
