"""Sides that halving brings to a base: which, how often, and what it refuses."""

import pytest

from ganzoo.layers.halving import RESOLUTIONS, base_side, shrunk_with_area, stages

TAKEN = {8: 1, 10: 1, 12: 1, 14: 1, 16: 2, 20: 2, 24: 2, 28: 2, 32: 3, 40: 3, 48: 3, 56: 3, 64: 4, 80: 4, 96: 4}
TAKEN |= {112: 4, 128: 5}
REFUSED = sorted(set(range(1, 300)) - TAKEN.keys())


def test_takes_every_side_that_halving_allows_up_to_128() -> None:
    assert tuple(TAKEN) == RESOLUTIONS
    assert sorted(base * 2**count for base in (4, 5, 6, 7) for count in (1, 2, 3, 4)) == sorted(TAKEN.keys() - {128})


@pytest.mark.parametrize(("resolution", "halvings"), TAKEN.items())
def test_halvings_end_on_a_base_of_4_to_7(resolution: int, halvings: int) -> None:
    assert stages(resolution) == halvings
    assert base_side(resolution) == resolution / 2**halvings
    assert base_side(resolution) in {4, 5, 6, 7}


def test_refuses_every_other_side_in_one_line() -> None:
    allowed = "must be one of 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128$"
    for resolution in REFUSED:
        with pytest.raises(ValueError, match=f"^resolution {resolution}: {allowed}"):
            stages(resolution)
        with pytest.raises(ValueError, match=f"^resolution {resolution}: {allowed}"):
            base_side(resolution)


def test_widths_shrink_with_the_area() -> None:
    sides = (8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 128)
    assert [shrunk_with_area(256, side) for side in sides] == [16, 16, 32, 48, 64, 96, 144, 192, 256, 256, 256]
    assert [shrunk_with_area(128, side) for side in sides] == [8, 8, 16, 24, 32, 48, 72, 96, 128, 128, 128]
