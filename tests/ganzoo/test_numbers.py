"""Whole numbers: which are any, and what is told of what is none."""

import numpy as np
import pytest

from ganzoo.numbers import whole_number


@pytest.mark.parametrize("value", [8, np.int64(8), np.uint8(8)])
def test_a_whole_number_of_any_kind(value: object) -> None:
    found = whole_number("side", value, least=8)
    assert (type(found), found) == (int, 8)


@pytest.mark.parametrize(
    ("value", "told"),
    [("8", "'8'"), (8.0, "8.0"), (None, "None"), (True, "True"), ([8], r"\[8\]")],
)
def test_what_is_none_is_told_with_its_type(value: object, told: str) -> None:
    kind = type(value).__name__
    with pytest.raises(TypeError, match=rf"^side = {told}: must be a whole number \(int\), is of type {kind}$"):
        whole_number("side", value, least=1)


def test_one_that_is_too_small() -> None:
    with pytest.raises(ValueError, match=r"^side = 0: must be 1 or more$"):
        whole_number("side", 0, least=1)
