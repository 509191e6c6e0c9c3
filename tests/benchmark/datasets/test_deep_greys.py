"""Greys of more than eight bits: by which white they become eight."""

import numpy as np
import pytest

from benchmark.datasets.deep_greys import Greys, White, white_of
from benchmark.errors import UserError


def whole(low: float, high: float, name: str = "a.png") -> Greys:
    return Greys(name, False, low, high)


def floats(low: float, high: float, name: str = "a.tiff") -> Greys:
    return Greys(name, True, low, high)


@pytest.mark.parametrize(
    ("pictures", "white"),
    [
        ([whole(0, 255)], 255),  # 8 bits in 16 or 32
        ([whole(3, 64)], 255),
        ([whole(0, 256)], 1023),
        ([whole(0, 4095)], 4095),  # 12 bits in 16
        ([whole(0, 200), whole(0, 4000)], 4095),  # one rule for all
        ([whole(0, 16_383)], 16_383),
        ([whole(5, 16_384)], 65_535),
        ([whole(0, 65_535)], 65_535),
        ([floats(0, 0.2)], 1),
        ([floats(0, 1.0)], 1),
        ([floats(0, 0.5), floats(0, 255.0)], 255),
    ],
)
def test_the_least_usual_white_that_holds_all(pictures: list[Greys], white: float) -> None:
    found = white_of(pictures)
    assert found == White(white, pictures[0].is_float)


@pytest.mark.parametrize(
    ("pictures", "told"),
    [
        ([whole(0, 65_536)], "a.png: has greys up to 65536"),
        ([whole(0, 200), whole(-1, 200, "b.png")], "b.png: has greys down to -1"),
        ([whole(0, 20)], "a.png: has greys up to 20, the most of all pictures"),
        ([floats(0, 1.5)], "a.tiff: has greys up to 1.5"),
        ([floats(0, 300)], "a.tiff: has greys up to 300"),
        ([floats(-0.5, 1)], "a.tiff: has greys down to -0.5"),
        ([floats(0, 1), floats(0, float("nan"), "b.tiff")], "b.tiff: holds values that are no numbers"),
        ([floats(0, float("inf"))], "a.tiff: holds values that are no numbers"),
        ([floats(0, 1), whole(0, 255, "b.png")], "a.tiff: floats, and b.png has whole numbers"),
    ],
)
def test_what_has_no_usual_white_is_named(pictures: list[Greys], told: str) -> None:
    with pytest.raises(UserError) as refused:
        white_of(pictures)
    assert str(refused.value).startswith(told)
    assert "save" in str(refused.value)


def test_no_pictures_have_no_white() -> None:
    assert white_of([]) is None


@pytest.mark.parametrize(
    ("white", "values", "expected"),
    [
        (White(1.0, True), np.array([[0.0, 0.5, 1.0, 0.25]], np.float32), [0, 128, 255, 64]),
        (White(255.0, True), np.array([[0.0, 99.6, 255.0]], np.float32), [0, 100, 255]),
        (White(255.0, False), np.array([[0, 1, 254, 255]], np.int32), [0, 1, 254, 255]),
        (White(4095.0, False), np.array([[0, 2048, 4095, 16]], np.uint16), [0, 128, 255, 1]),
        (White(65535.0, False), np.array([[0, 257, 32896, 65535]], np.uint16), [0, 1, 128, 255]),
    ],
)
def test_eight_bits_by_hand(white: White, values: "np.ndarray", expected: list[int]) -> None:
    assert white.eight_bits(values).tolist() == [expected]


def test_of_a_picture_s_values() -> None:
    assert Greys.of("a", np.array([[0.5, -1.0]], np.float32)) == Greys("a", True, -1.0, 0.5)
    assert Greys.of("b", np.array([[7, 65535]], np.uint16)) == Greys("b", False, 7.0, 65535.0)
    assert str(White(0.25, True)) == "floats, white is 0.25"
