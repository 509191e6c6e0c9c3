"""The middle of some scores with its interval, on the scale on which they are compared."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.statistics.confidence_interval import interval
from reports.statistics.scale import Scale


@dataclass(frozen=True)
class Centre:
    """Of the scores of a variant's runs.

    Attributes:
        value: The geometric mean on a scale of ratios, the mean on one of differences; NaN without scores.
        low: Lower end of its 95 % interval; NaN below two scores.
        high: Upper end.
    """

    value: float
    low: float
    high: float


def centre(scores: Sequence[float], scale: Scale) -> Centre:
    """What the scores' places on the scale have as their mean and its interval, taken back to scores.

    An interval of the mean of scores that are compared as ratios would be one of something else than what is tested: it
    is pulled up by each run that went badly, and of few seeds it may reach below zero.

    Args:
        scores: Any number; NaN are left out. On a scale of ratios all are positive.
        scale: On which variants are compared.
    """
    finite = [score for score in scores if math.isfinite(score)]
    found = interval([scale.to(score) for score in finite])
    # Of a single number or none there is no interval, and its ends stay NaN.
    return Centre(_back(scale, scale.summary(finite).mean), _back(scale, found.low), _back(scale, found.high))


def _back(scale: Scale, place: float) -> float:
    return scale.back(place) if math.isfinite(place) else math.nan
