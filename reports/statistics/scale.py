"""The scale on which runs are compared: ratios where all scores are positive, differences elsewhere.

Seeds of a bad variant scatter more than those of a good one, about as much more as its scores are higher. As they are,
the worse side's spread then decides alone, and three seeds a side leave Welch's test two degrees of freedom. On the
logarithm spreads are alike, and the long upper tail of scores that cannot fall below zero is gone.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.statistics.intervals import Summary, summarise


@dataclass(frozen=True)
class Scale:
    """How two scores are compared.

    Attributes:
        name: "ratio" or "difference".
        prefix: What stands before a score's name, as in "log FID".
        to: From a score to its place on the scale.
        back: From a difference of places to the effect: a ratio, or the difference itself.
        swapped: The effect with both sides exchanged.
        none: The effect of no difference.
    """

    name: str
    prefix: str
    to: Callable[[float], float]
    back: Callable[[float], float]
    swapped: Callable[[float], float]
    none: float

    def summary(self, scores: Sequence[float]) -> Summary:
        """Mean and spread of the places of scores; NaN are left out. The mean of a ratio scale is a geometric one's."""
        return summarise([self.to(score) for score in scores])


RATIO = Scale("ratio", "log ", math.log, math.exp, lambda ratio: 1 / ratio, 1.0)
DIFFERENCE = Scale("difference", "", float, float, lambda gap: -gap, 0.0)
SCALES = {scale.name: scale for scale in (RATIO, DIFFERENCE)}


def scale_of(scores: Iterable[float]) -> Scale:
    """The scale for scores that are compared with each other: one for all, lest some be told apart more easily.

    References:
        Bland and Altman 1996, "The use of transformation when comparing two means", BMJ 312: 1153.
    """
    finite = [score for score in scores if math.isfinite(score)]
    return RATIO if finite and min(finite) > 0 else DIFFERENCE


def common_scale(scores: Mapping[str, Sequence[float]]) -> Scale:
    """The scale for the runs of all variants."""
    return scale_of(score for own in scores.values() for score in own)
