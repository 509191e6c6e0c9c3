"""How likely a run of one variant beats a run of another, on a data set picked at random from several."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reports.statistics.confidence_interval import Floats
from reports.statistics.stratified_bootstrap import Runs, estimate

COLUMNS = ["variant", "over", "probability", "low", "high"]


def average_improvement(one: Runs, other: Runs) -> Floats:
    """The probability of improvement P(X > Y): of each data set the share of pairs of runs, then their mean.

    On a data set it is Mann and Whitney's U over the number of pairs; a tie counts half. It says how often, not by how
    much: a hair's breadth on every run is 1. Where the runs of two variants overlap on no data set every resample gives
    the same, and its bootstrap interval has no width, however few the runs.

    Args:
        one: [(..., n_1), ..., (..., n_T)], higher is better.
        other: [(..., m_1), ..., (..., m_T)], the same data sets.

    Returns:
        (...), in [0, 1].

    References:
        Agarwal et al. 2021, arXiv:2108.13264, section 4.3 ("probability of improvement").
        Mann and Whitney 1947, "On a test of whether one of two random variables is stochastically larger".
    """
    shares = []
    for mine, others in zip(one, other, strict=True):
        gaps = mine[..., :, None] - others[..., None, :]
        shares.append(((gaps > 0) + 0.5 * (gaps == 0)).mean(axis=(-2, -1)))
    return np.asarray(np.mean(shares, axis=0))


def improvements_of(best: str, scores: Mapping[str, Runs]) -> pd.DataFrame:
    """How likely a variant beats each of the others.

    Args:
        best: The variant.
        scores: By variant, that one included, its runs on each data set, higher is better.

    Returns:
        A row a rival: variant (`best`), over (the rival), probability, low and high (its 95 % interval; see
        `reports.statistics.stratified_bootstrap.estimate`).
    """
    rows = []
    for rival, runs in scores.items():
        if rival != best:
            found = estimate(average_improvement, (best, scores[best]), (rival, runs))
            rows.append((best, rival, float(found.value), float(found.low), float(found.high)))
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[2:], float))
