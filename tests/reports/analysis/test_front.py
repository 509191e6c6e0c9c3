"""The front by hand, and against a sweep from the cheapest point on."""

import math

from hypothesis import given
from hypothesis import strategies as st

from reports.analysis.front import on_the_front

NUMBERS = st.integers(0, 6).map(float)


def test_by_hand() -> None:
    # The third costs more and is worse than the second; the last costs as much as the first and is better.
    costs, scores = [1.0, 2.0, 3.0, 4.0, 1.0], [9.0, 5.0, 6.0, 1.0, 8.0]
    assert on_the_front(costs, scores) == [False, True, False, True, True]


def test_equals_do_not_dominate_each_other_and_the_unknown_is_out() -> None:
    assert on_the_front([1.0, 1.0, math.nan, 0.0], [2.0, 2.0, 1.0, math.nan]) == [True, True, False, False]
    assert on_the_front([], []) == []


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12))
def test_a_sweep_finds_the_same(points: list[tuple[float, float]]) -> None:
    """From the cheapest on, of equal costs the best first: who is lower than all before is on the front."""
    swept, lowest = set(), math.inf
    for point in sorted(points):
        if point[1] < lowest:
            swept.add(point)
            lowest = point[1]
    costs, scores = [cost for cost, _ in points], [score for _, score in points]
    assert on_the_front(costs, scores) == [point in swept for point in points]
