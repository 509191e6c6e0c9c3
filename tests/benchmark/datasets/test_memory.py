"""What is asked before memory is taken."""

import psutil
import pytest

from benchmark.datasets.memory import PIECE, ask_for_memory, images_a_piece
from benchmark.errors import UserError


def test_what_fits_is_given() -> None:
    ask_for_memory(0, "nothing")
    ask_for_memory(2**20, "a megabyte")


def test_what_does_not_fit_is_refused() -> None:
    there = psutil.virtual_memory().total
    with pytest.raises(UserError, match=r"^12 images: take [\d,.]+ GB of memory, and [\d,.]+ GB are free$") as refused:
        ask_for_memory(there, "12 images")
    asked, free = (
        float(word.replace(",", "")) for word in str(refused.value).split() if word[0].isdigit() and "." in word
    )
    assert asked == pytest.approx(there / 2**30, abs=0.06)
    assert 0 <= free <= asked


def test_a_size_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(UserError, match=r"^images: take 1,125,899,906,842,624.0 GB"):
        ask_for_memory(10**4000, "images")


@pytest.mark.parametrize(
    ("image", "most", "expected"),
    [(192, 64, 64), (PIECE // 64, 64, 64), (PIECE // 63, 64, 63), (PIECE, 64, 1), (100 * PIECE, 64, 1), (0, 64, 64)],
)
def test_images_a_piece(image: int, most: int, expected: int) -> None:
    assert images_a_piece(image, most) == expected
