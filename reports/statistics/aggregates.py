"""One number for a variant over several data sets, each of which counts as much, however many runs it has.

With as many runs on each they are those of Agarwal et al. 2021 and of their library rliable.

References:
    Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", arXiv:2108.13264,
    sections 3 and 4.3.
"""

from collections.abc import Callable, Mapping
from typing import Any

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
    highest = _highest(scores)
    rows: list[dict[str, Any]] = [
        {"variant": name, "runs": sum(len(own) for own in runs)} | _estimates(name, runs) | {"highest": highest[name]}
        for name, runs in scores.items()
    ]
    rows.sort(key=lambda row: row["interquartile_mean"], reverse=True)
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[2:], float))


def _estimates(name: str, runs: Runs) -> dict[str, Any]:
    """Each aggregate with the ends of its interval."""
    found = {aggregate: estimate(function, (name, runs)) for aggregate, function in AGGREGATES.items()}
    values = {aggregate: float(each.value) for aggregate, each in found.items()}
    values |= {f"{aggregate}_low": float(each.low) for aggregate, each in found.items()}
    return values | {f"{aggregate}_high": float(each.high) for aggregate, each in found.items()}


def _highest(scores: Mapping[str, Runs]) -> dict[str, float]:
    drawn = {name: interquartile_mean(resampled(name, runs)) for name, runs in scores.items()}
    first = {name: own == np.max([*drawn.values()], axis=0) for name, own in drawn.items()}
    return {name: float((own / sum(first.values())).mean()) for name, own in first.items()}
