"""How much of what scatters is the luck of the search, and how much that of the seed: a nested random model."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, fdtri

from reports.statistics.intervals import LEVEL

Floats = npt.NDArray[np.float64]
_TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval.

    Attributes:
        value: The estimate.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class VarianceSplit:
    """Variances between searches of one variant and between seeds of one search, pooled over variants.

    Attributes:
        search: Variance between searches; unbiased, so it may come out negative. Its interval is cut off at 0.
        seed: Variance between seeds.
        share: Part of their sum that is the searches', in [0, 1]; 0 where their variance comes out negative.
        widening: How many times wider than an interval over seeds of one search one must be that holds for the method,
            at the mean number of seeds a search; 1 or more.
        variants: That tell something.
        searches: Of those variants together.
        runs: Of those searches together.
    """

    search: Estimate
    seed: Estimate
    share: Estimate
    widening: float
    variants: int
    searches: int
    runs: int


@dataclass(frozen=True)
class _Squares:
    """A mean square.

    Attributes:
        mean: Sum of squares over `free`.
        free: Degrees of freedom.
        effective: Those of the chi-square distribution that has its variance.
    """

    mean: float
    free: int
    effective: float


def split_variance(variants: Iterable[Iterable[Sequence[float]]]) -> VarianceSplit | None:
    """Split the variance of scores into that between searches and that between seeds, by the method of moments.

    A score is its variant's mean, and a deviation of its search, and one of its seed, all independent. The seeds'
    variance is the mean square within searches; what the mean square between a variant's searches has beyond it,
    divided by the seeds a search, is the searches' (for unequal numbers the coefficient of Searle et al., table 3.3).
    Both are unbiased whatever the distribution, and with equal numbers they are those of restricted maximum likelihood
    wherever that of the searches is not negative. Variants differ in how much they scatter: the estimates are then of
    the mean over variants, weighted by degrees of freedom, and the intervals have the fewer degrees of freedom that
    such a sum of squares has (Satterthwaite). The intervals are exact (seed, share) or nearly so (search: Williams) for
    normal deviations of equal variance and equal numbers.

    Args:
        variants: By variant, by search, the scores of its seeds; logarithms where ratios are compared. Those that are
            not finite are left out, and so are variants with fewer than two searches.

    Returns:
        The split; None without a variant of two searches, or where no search has two seeds.

    References:
        Bouthillier et al. 2021, "Accounting for variance in machine learning benchmarks", arXiv:2103.03098.
        Searle, Casella and McCulloch 1992, "Variance components", section 3.6.
        Williams 1962, "A confidence interval for variance components", Biometrika 49.
        Satterthwaite 1946, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2.
    """
    nested = [kept for kept in map(_finite, variants) if len(kept) > 1]
    within = _pooled([_about_means(own) for own in nested])
    if within.free == 0:
        return None
    between = _pooled([_between(own) for own in nested])
    seeds = _seeds_a_search(nested)
    search = (between.mean - within.mean) / seeds
    counts = [len(own) for variant in nested for own in variant]
    return VarianceSplit(
        search=Estimate(search, *_search_interval(between, within, seeds)),
        seed=Estimate(within.mean, *_chi_square_interval(within)),
        share=Estimate(_share(search, within.mean), *_share_interval(between, within, seeds)),
        widening=math.sqrt(1 + np.mean(counts) * max(search, 0.0) / within.mean) if within.mean else math.nan,
        variants=len(nested),
        searches=len(counts),
        runs=sum(counts),
    )


def _finite(variant: Iterable[Sequence[float]]) -> list[Floats]:
    found = (np.asarray([value for value in own if math.isfinite(value)], dtype=np.float64) for own in variant)
    return [own for own in found if len(own)]


def _about_means(searches: Sequence[Floats]) -> tuple[float, int]:
    """Sum of squares of seeds about the mean of their search, and its degrees of freedom."""
    return math.fsum(float(((own - own.mean()) ** 2).sum()) for own in searches), sum(len(own) - 1 for own in searches)


def _between(searches: Sequence[Floats]) -> tuple[float, int]:
    """Sum of squares of the means of searches about that of their variant, by seeds, and its degrees of freedom."""
    mean = np.concatenate(searches).mean()
    return math.fsum(len(own) * float(own.mean() - mean) ** 2 for own in searches), len(searches) - 1


def _pooled(parts: Sequence[tuple[float, int]]) -> _Squares:
    """Of sums of squares of variants that need not scatter alike.

    The mean of a sum's square is `free * (free + 2)` times that of its variance: so divided it is unbiased, and the
    quotient has two more degrees of freedom than are sought.
    """
    told = [(total, free) for total, free in parts if free]
    total, free = math.fsum(each for each, _ in told), sum(each for _, each in told)
    if total == 0:
        return _Squares(0.0, free, float(free))
    effective = total**2 / math.fsum(each**2 / (own + 2) for each, own in told) - 2
    least = min(own for _, own in told)
    return _Squares(total / free, free, min(max(effective, least), free))


def _seeds_a_search(variants: Sequence[Sequence[Floats]]) -> float:
    """What the mean square between searches has of their variance: the seeds of each where all have as many."""
    free, total = 0, 0.0
    for searches in variants:
        counts = [len(own) for own in searches]
        free += len(counts) - 1
        total += sum(counts) - sum(count**2 for count in counts) / sum(counts)
    return total / free


def _chi_square_interval(squares: _Squares) -> tuple[float, float]:
    spread = squares.mean * squares.effective
    return spread / float(chdtri(squares.effective, _TAIL)), spread / float(chdtri(squares.effective, 1 - _TAIL))


def _search_interval(between: _Squares, within: _Squares, seeds: float) -> tuple[float, float]:
    free = between.effective
    ends = []
    for tail in (_TAIL, 1 - _TAIL):
        beyond = between.mean - within.mean * float(fdtri(free, within.effective, 1 - tail))
        ends.append(max(0.0, free * beyond / (seeds * float(chdtri(free, tail)))))
    return ends[0], ends[1]


def _share(search: float, seed: float) -> float:
    total = max(search, 0.0) + seed
    return max(search, 0.0) / total if total else math.nan


def _share_interval(between: _Squares, within: _Squares, seeds: float) -> tuple[float, float]:
    if within.mean == 0:
        return (math.nan, math.nan) if between.mean == 0 else (1.0, 1.0)
    ends = []
    for tail in (_TAIL, 1 - _TAIL):
        quantile = float(fdtri(between.effective, within.effective, 1 - tail))
        ratio = max(0.0, (between.mean / within.mean / quantile - 1) / seeds)
        ends.append(ratio / (1 + ratio))
    return ends[0], ends[1]
