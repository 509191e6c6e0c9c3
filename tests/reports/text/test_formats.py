import math

import pytest

from reports.text.formats import count, decimals_for, duration, fixed, listing, plus_minus, short, span, thousands


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([31.2, 400.0], 1),
        ([4.0], 2),
        ([0.0123], 4),
        ([0.5, math.nan], 3),
        ([1e-9], 5),
        ([1300.0], 0),
        ([], 3),
        ([0.0], 3),
    ],
)
def test_decimals_leave_three_significant_digits(values: list[float], decimals: int) -> None:
    assert decimals_for(values) == decimals


def test_absent_values_are_dashes() -> None:
    dashes = [fixed(math.nan, 2), span(math.nan, math.nan, 1), short(math.nan), count(math.nan), duration(math.nan)]
    assert [*dashes, thousands(math.nan)] == ["\N{EN DASH}"] * 6


def test_means_with_spread() -> None:
    assert plus_minus(31.24, 0.91, 1) == "31.2 ± 0.9"
    assert plus_minus(31.24, math.nan, 1) == "31.2"
    assert span(-1.0, 33.44, 1) == "[-1.0, 33.4]"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.26, "4.3 s"), (41.0, "41 s"), (89.0, "89 s"), (720.0, "12 min"), (12240.0, "3.4 h"), (0.0, "0.0 s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_counts() -> None:
    assert count(15625) == "15\N{NARROW NO-BREAK SPACE}625"
    assert [thousands(n) for n in (2_340_000, 812_345, 1_500, 12)] == ["2.3M", "812k", "1.5k", "12"]


def test_listing() -> None:
    assert [listing(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
