"""One number for a variant over several data sets, each of which counts as much, however many runs it has.

With as many runs on each they are those of Agarwal et al. 2021 and of their library rliable.

References:
    Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", arXiv:2108.13264,
    sections 3 and 4.3.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from reports.statistics.confidence_interval import Floats
from reports.statistics.stratified_bootstrap import Runs, estimate, resampled

# Of the optimality gap: what real images score, in `reports.statistics.comparable_score`.
GAMMA = 1.0
_CUT = 0.25


def interquartile_mean(runs: Runs) -> Floats:
    """The mean of the middle half of all runs of all data sets.

    Of N runs the lowest and the highest floor(N / 4) are left out, as `scipy.stats.trim_mean` does. Where data sets
    have different numbers of runs, each run has the weight of its share in its data set, and as much of the weight is
    left out at either end; runs on the edge then count in part.

    Args:
        runs: [(..., n_1), ..., (..., n_T)].

    Returns:
        (...).
    """
    pooled = np.concatenate(runs, axis=-1)
    total = pooled.shape[-1]
    weights = np.concatenate([np.full(own.shape[-1], 1 / (len(runs) * own.shape[-1])) for own in runs])
    order = np.argsort(pooled, axis=-1)
    ordered, ends = np.take_along_axis(pooled, order, axis=-1), np.cumsum(weights[order], axis=-1)
    cut = int(_CUT * total) / total
    inside = np.clip(np.minimum(ends, 1 - cut) - np.maximum(ends - weights[order], cut), 0.0, None)
    return np.asarray((ordered * inside).sum(axis=-1) / inside.sum(axis=-1))


def mean(runs: Runs) -> Floats:
    """The mean over data sets of the mean of a data set's runs: [(..., n_t)] to (...)."""
    return np.asarray(_means(runs).mean(axis=-1))


def median(runs: Runs) -> Floats:
    """The median over data sets of the mean of a data set's runs: [(..., n_t)] to (...)."""
    return np.asarray(np.median(_means(runs), axis=-1))


def optimality_gap(runs: Runs, gamma: float = GAMMA) -> Floats:
    """By how much runs fall short of a score that is good enough, gamma; what lies above it offsets nothing.

    Lower is better. It is the mean over data sets of the mean of gamma - min(score, gamma).

    Args:
        runs: [(..., n_1), ..., (..., n_T)].
        gamma: In the unit of the scores.

    Returns:
        (...), 0 or more.
    """
    return np.asarray(gamma - mean([np.minimum(own, gamma) for own in runs]))


def _means(runs: Runs) -> Floats:
    """Of each data set's runs: [(..., n_t)] to (..., T)."""
    return np.stack([own.mean(axis=-1) for own in runs], axis=-1)


AGGREGATES: dict[str, Callable[[Runs], Floats]] = {
    "interquartile_mean": interquartile_mean,
    "mean": mean,
    "median": median,
    "optimality_gap": optimality_gap,
}
COLUMNS = [
    *("variant", "runs"),
    *(f"{name}{end}" for name in AGGREGATES for end in ("", "_low", "_high")),
    "highest",
]


def aggregate_scores(scores: Mapping[str, Runs]) -> pd.DataFrame:
    """The aggregates of each variant, with stratified bootstrap intervals.

    Args:
        scores: By variant its runs on each data set, in the same order of data sets, higher is better.

    Returns:
        A row a variant, the highest interquartile mean first: variant, runs (over all data sets), each of `AGGREGATES`
        with its 95 % interval (NAME, NAME_low, NAME_high; see `reports.statistics.stratified_bootstrap.estimate`), and
        highest (in which share of resamples of all variants its interquartile mean was the highest; where several
        were, each has a part).
    """
    highest = dict(zip(scores, _highest(scores), strict=True))
    rows = []
    for name, runs in scores.items():
        row: dict[str, object] = {"variant": name, "runs": sum(len(own) for own in runs)}
        for aggregate, function in AGGREGATES.items():
            found = estimate(function, (name, runs))
            row |= {aggregate: float(found.value)}
            row |= {f"{aggregate}_low": float(found.low), f"{aggregate}_high": float(found.high)}
        rows.append(row | {"highest": highest[name]})
    board = pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[2:], float))
    return board.sort_values("interquartile_mean", ascending=False, kind="stable", ignore_index=True)


def _highest(scores: Mapping[str, Runs]) -> list[float]:
    if not scores:
        return []
    drawn = np.stack([interquartile_mean(resampled(name, runs)) for name, runs in scores.items()])
    first = drawn == drawn.max(axis=0)
    return [float(share) for share in (first / first.sum(axis=0)).mean(axis=1)]
