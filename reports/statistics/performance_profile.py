"""Which share of a variant's runs scores above each threshold: all of what aggregates make one number of."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reports.statistics.confidence_interval import Floats
from reports.statistics.stratified_bootstrap import Runs, estimate

# From noise to real images, in steps of 0.02.
THRESHOLDS: Floats = np.linspace(0.0, 1.0, 51)
COLUMNS = ["variant", "threshold", "share", "low", "high"]


def performance_profile(runs: Runs, thresholds: Floats = THRESHOLDS) -> Floats:
    """The run-score distribution: the share of runs above each threshold, averaged over data sets.

    Of two variants one is better throughout (stochastically) if its profile lies nowhere below the other's. The area
    under it, from 0 on, is the mean of scores that are not negative.

    Args:
        runs: [(..., n_1), ..., (..., n_T)].
        thresholds: (k).

    Returns:
        (..., k), each in [0, 1], falling.

    References:
        Agarwal et al. 2021, arXiv:2108.13264, section 4.2, equation of F_X (run-score distributions);
        Dolan and More 2002, "Benchmarking optimization software with performance profiles".
    """
    return np.asarray(np.mean([(own[..., None] > thresholds).mean(axis=-2) for own in runs], axis=0))


def performance_profiles(scores: Mapping[str, Runs]) -> pd.DataFrame:
    """The profile of each variant with its pointwise 95 % band.

    Args:
        scores: By variant its runs on each data set, higher is better.

    Returns:
        A row a variant and threshold: variant, threshold, share, low and high (see
        `reports.statistics.stratified_bootstrap.estimate`).
    """
    rows = []
    for name, runs in scores.items():
        found = estimate(performance_profile, (name, runs))
        points = np.column_stack([THRESHOLDS, found.value, found.low, found.high])
        rows += [(name, *point) for point in points.tolist()]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[1:], float))
