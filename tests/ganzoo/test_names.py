"""What is said of names that nobody has."""

import pytest

from ganzoo.names import did_you_mean, unknown

KNOWN = ("hinge", "wasserstein", "least-squares")


@pytest.mark.parametrize(
    ("asked", "nearest"), [("hing", "hinge"), ("WASSERSTEIN", "wasserstein"), ("leastsquares", "least-squares")]
)
def test_asks_after_the_nearest_name_whatever_its_case(asked: str, nearest: str) -> None:
    assert did_you_mean(asked, KNOWN) == f"did you mean {nearest!r}?"


def test_says_nothing_where_no_name_is_near_enough() -> None:
    assert did_you_mean("xyz", KNOWN, least=0.6) == ""
    # Two thirds of "abd" is in "abc": ratio 2 * 2 / 6.
    assert did_you_mean("abd", ["abc"], least=0.66) == "did you mean 'abc'?"
    assert did_you_mean("abd", ["abc"], least=0.67) == ""
    assert did_you_mean("abd", []) == ""


def test_an_unknown_name_is_one_line_with_the_nearest_and_all() -> None:
    assert unknown("loss", "hing", KNOWN) == (
        "unknown loss 'hing': did you mean 'hinge'? Known: hinge, wasserstein, least-squares"
    )
