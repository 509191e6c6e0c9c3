"""A score that means the same on every data set: the share of the way from noise to real images."""

import math
from collections.abc import Sequence

import numpy as np

from reports.statistics.confidence_interval import Floats
from reports.statistics.scale import RATIO, Scale


def share_of_the_way(scores: Sequence[float], noise: float, floor: float, scale: Scale = RATIO) -> Floats:
    """How far scores have come from noise to real images: noise is at 0, real images at 1, whichever end is better.

    On a scale of ratios that is log(noise / score) / log(noise / floor): each halving of an FID counts as much as the
    one before. As it is, nearly all of the way would lie within what any GAN has left behind: with noise at 1300 and
    real images at 13, FIDs of 80 and 40 would be at 0.95 and 0.98, and are at 0.61 and 0.76. On a scale of differences,
    for scores that may be zero or below, it is (noise - score) / (noise - floor).

    Worse than noise is 0, lest a run that collapsed weigh more than one that diverged: of that nothing is left, and it
    counts as noise. Better than real images stays above 1: the floor is a score, too, of one draw of images, and what
    looks better by chance must be able to offset what looks worse. Only the optimality gap takes 1 as the most.

    Where more is better noise is the lower of the two ends; nothing else changes.

    Args:
        scores: (n), as the metric has them; infinite ones, of either sign, are of runs that diverged. None is NaN.
        noise: What uniform noise scores, finite.
        floor: What real images score against real images, finite, on the other side of everything in between.
        scale: On which the scores are compared; on one of ratios all are positive.

    Returns:
        (n), each 0 or more.

    Raises:
        ValueError: if noise and floor are the same or not finite, a score is NaN, or one is not on the scale.

    References:
        Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", arXiv:2108.13264,
        section 2: scores of a task between those of two references.
    """
    if not (math.isfinite(noise) and math.isfinite(floor) and noise != floor):
        raise ValueError(f"noise and floor must be finite and differ, got {noise} and {floor}")
    start, whole = scale.to(noise), scale.to(floor) - scale.to(noise)
    return np.array([_share(score, start, whole, scale) for score in scores])


def _share(score: float, start: float, whole: float, scale: Scale) -> float:
    if math.isnan(score):
        raise ValueError("a score is NaN: of a run that diverged it is infinite, and others are left out")
    return 0.0 if math.isinf(score) else max(0.0, (scale.to(score) - start) / whole)
