"""Content of splits: in memory, one after another, and what cannot be read."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from benchmark.datasets.dataset import (
    Content,
    Dataset,
    Pixels,
    UnreadableFilesError,
    joined,
    no_files,
    nothing_missing,
)
from benchmark.errors import UserError
from ganzoo.slips import FieldError


def images(*values: int) -> Pixels:
    """An image (1, 2, 2) of one grey each."""
    return np.array(values, dtype=np.uint8)[:, None, None, None].repeat(2, axis=2).repeat(2, axis=3)


def content(*values: int, classes: int = 3) -> Content:
    return Content.of(images(*values), np.arange(len(values)) % classes, classes)


def greys(pixels: Pixels) -> list[int]:
    assert pixels.shape[1:] == (1, 2, 2)
    return [int(value) for value in pixels[:, 0, 0, 0]]


def test_content_in_memory_gives_its_images_by_position() -> None:
    found = content(10, 20, 30, 40)
    assert found.ready
    assert greys(found.part(1, 3)) == [20, 30]
    assert greys(found.piece(2, 4)()) == [30, 40]


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [(0, 2, [10, 20]), (3, 5, [40, 50]), (1, 4, [20, 30, 40]), (0, 5, [10, 20, 30, 40, 50]), (2, 3, [30])],
)
def test_joined_splits_are_one_after_the_other(start: int, stop: int, expected: list[int]) -> None:
    both = joined(content(10, 20, 30), content(40, 50))
    assert greys(both.part(start, stop)) == expected
    assert both.labels.tolist() == [0, 1, 2, 0, 1]
    assert both.ready


def test_joined_splits_are_decoded_elsewhere_only_if_both_are() -> None:
    def decoding(start: int, stop: int) -> Callable[[], Pixels]:
        return lambda: images(*range(start, stop))

    slow = Content(np.zeros(3, dtype=np.int64), 3, lambda start, stop: decoding(start, stop)(), decoding=decoding)
    assert joined(slow, content(7)).decoding is None
    assert not joined(slow, content(7)).ready
    both = joined(slow, slow)
    assert both.decoding is not None
    assert greys(both.decoding(1, 5)()) == [1, 2, 0, 1]


def test_what_cannot_be_read_is_said_of_the_first_and_counted_and_survives_another_process() -> None:
    one, three = UnreadableFilesError(["a.png: cut off"]), UnreadableFilesError(["a.png: cut off", "b", "c"])
    assert str(one) == "a.png: cut off"
    assert str(three) == "a.png: cut off; and 2 more files"
    copy = pickle.loads(pickle.dumps(three))
    assert copy.problems == ("a.png: cut off", "b", "c")
    assert str(copy) == str(three)


def test_a_set_that_is_made_needs_no_files(tmp_path) -> None:
    assert nothing_missing(tmp_path) is None
    assert no_files(tmp_path) == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"files": None}, "files = None: must be a function, as benchmark.datasets.dataset.no_files"),
        ({"read": 3}, "read = 3: must be a function"),
        ({"problem": ""}, "problem = '': must be a function, as benchmark.datasets.dataset.nothing_missing"),
    ],
)
def test_what_a_set_does_is_functions(given: dict[str, object], told: str) -> None:
    whole = {"files": no_files, "read": lambda data, split, side: content(1), "problem": nothing_missing}
    with pytest.raises(FieldError) as refused:
        Dataset("mine", 8, "these tests", **(whole | given))  # type: ignore[arg-type]
    assert str(refused.value) == f"dataset 'mine': {told}"


def test_there_is_a_label_for_each_image() -> None:
    with pytest.raises(UserError, match=r"^2 images and 1 labels: a data set has one label an image$"):
        Content.of(images(1, 2), np.zeros(1, dtype=np.int64), 3)
