"""Which variants are not dominated: nobody else is as good for less, or better for as much."""

import math
from collections.abc import Sequence


def on_the_front(costs: Sequence[float], scores: Sequence[float]) -> list[bool]:
    """Of each point whether no other is at least as low in both and lower in one.

    Args:
        costs: Lower is better; NaN where unknown.
        scores: Of the same variants; lower is better.

    Returns:
        In the order of the points; what is not known is on no front and dominates nothing.
    """
    points = list(zip(costs, scores, strict=True))
    known = [point for point in points if all(map(math.isfinite, point))]
    return [point in known and not any(_dominates(other, point) for other in known) for point in points]


def _dominates(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[0] and one[1] <= other[1] and one != other
