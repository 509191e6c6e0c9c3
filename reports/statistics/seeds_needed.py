"""How many seeds would settle a tie."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy.special import chdtri, ndtr, ndtri, stdtrit

from reports.statistics.difference import SIGNIFICANT, standard_error
from reports.statistics.intervals import Summary
from reports.statistics.scale import common_scale

POWER = 0.8
MOST = 10_000
_NODES, _NODE_WEIGHTS = leggauss(24)
_PROBABILITIES, _WEIGHTS = (_NODES + 1) / 2, _NODE_WEIGHTS / 2


def power(one: Summary, other: Summary, level: float = SIGNIFICANT) -> float:
    """How often Welch's test would tell two variants apart whose true means and spreads are these; in [0, 1].

    For normal scores: the test's bound follows from both estimated variances, so its chance of being passed is averaged
    over their chi-square distributions. The noncentral t is the same for many seeds and equal spreads, but takes the
    spreads as known: for three seeds it promises up to 11 points too much. NaN if either has fewer than two values.

    Args:
        one: Mean, std and n of one; the rest is not read.
        other: Of the other.
        level: Of significance, two-sided, in (0, 1).

    References:
        Welch 1947, "The generalization of Student's problem when several different population variances are involved".
    """
    if min(one.n, other.n) < 2:
        return math.nan
    gap, error = abs(one.mean - other.mean), standard_error(one, other)
    if error == 0.0:
        return 1.0 if gap > 0 else 0.0
    left, right = _estimated_variance(one)[:, None], _estimated_variance(other)[None, :]
    freedom = (left + right) ** 2 / (left**2 / (one.n - 1) + right**2 / (other.n - 1))
    bound = stdtrit(freedom, 1 - level / 2) * np.sqrt(left + right)
    found = ndtr((gap - bound) / error) + ndtr((-gap - bound) / error)
    return float(_WEIGHTS @ found @ _WEIGHTS)


def _estimated_variance(side: Summary) -> NDArray[np.float64]:
    """The variance of the mean as n seeds may estimate it: at each of `_PROBABILITIES`."""
    estimate = side.std**2 / side.n * chdtri(side.n - 1, 1 - _PROBABILITIES) / (side.n - 1)
    return np.asarray(estimate, dtype=np.float64)


def seeds_needed(one: Summary, other: Summary, level: float = SIGNIFICANT) -> float:
    """Seeds for each of two variants with which Welch's test finds the difference four times in five.

    It takes the observed difference and spreads as the truth. A few seeds know them badly, so the number is an order of
    magnitude; and a test repeated with every new seed finds differences that are none: decide first, then run them all.

    Args:
        one: What the seeds so far say of one variant, on the scale of the test.
        other: And of the other.
        level: Of significance, two-sided, in (0, 1).

    Returns:
        2 or more; infinite if `MOST` would not do, as for equal means; NaN if either has fewer than two values.

    References:
        Hoenig and Heisey 2001, "The abuse of power" (on what observed differences say of power).
    """
    if min(one.n, other.n) < 2:
        return math.nan
    gap = abs(one.mean - other.mean)
    # Were the spreads known, a normal test would need so many; Welch's needs some more.
    deviations = float(ndtri(1 - level / 2) + ndtri(POWER))
    least = deviations**2 * (one.std**2 + other.std**2) / gap**2 if gap > 0 else math.inf
    if least > MOST:
        return math.inf
    for seeds in range(max(2, math.ceil(least)), MOST + 1):
        if power(replace(one, n=seeds), replace(other, n=seeds), level) >= POWER:
            return float(seeds)
    return math.inf


def seeds_to_settle(scores: Mapping[str, Sequence[float]], compared: pd.DataFrame) -> pd.DataFrame:
    """How many more seeds each tied pair of variants would need.

    At the level 0.05 over the number of pairs tested, the most that Holm's adjustment can ask of a pair: at 0.05 itself
    a pair might need no more seeds and be tied all the same.

    Args:
        scores: As `reports.statistics.pairs.compare_pairs` takes them.
        compared: What it returns.

    Returns:
        A row a pair that was tested and cannot be told apart: one, other, seeds (for each, in all; infinite if `MOST`
        would not do), more_one and more_other (seeds beyond those that it has; 0 where it has enough).
    """
    tested, scale = compared.dropna(subset=["adjusted"]), common_scale(scores)
    rows = []
    for _, pair in tested[tested["adjusted"] >= SIGNIFICANT].iterrows():
        one, other = (scale.summary(scores[pair[side]]) for side in ("one", "other"))
        seeds = seeds_needed(one, other, SIGNIFICANT / len(tested))
        rows.append((pair["one"], pair["other"], seeds, max(0.0, seeds - one.n), max(0.0, seeds - other.n)))
    return pd.DataFrame(rows, columns=["one", "other", "seeds", "more_one", "more_other"])
