from pathlib import Path

import numpy as np
import pytest

from benchmark.datasets.digits_table import read_digits
from benchmark.datasets.few_digits import DIGITS_200


def read(split):
    content = DIGITS_200.read(Path("nowhere"), split, 8)
    return content.part(0, len(content.labels)), content.labels


@pytest.mark.parametrize("split", ["validation", "test"])
def test_it_is_scored_against_all_that_digits_are(split):
    for ours, theirs in zip(read(split), read_digits(split), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_twenty_a_class_are_trained_on_and_they_are_the_first():
    images, labels = read("train")
    assert images.shape == (200, 1, 8, 8)
    assert np.bincount(labels).tolist() == [20] * 10
    every, classes = read_digits("train")
    for digit in range(10):
        np.testing.assert_array_equal(images[labels == digit], every[classes == digit][:20])


def test_they_keep_their_order():
    images, _ = read("train")
    every = [image.tobytes() for image in read_digits("train")[0]]
    places = [every.index(image.tobytes()) for image in images]
    assert places == sorted(places)


def test_nothing_can_be_missing(tmp_path):
    assert DIGITS_200.problem(tmp_path / "absent") is None
    assert all(file.is_file() for file in DIGITS_200.files(tmp_path / "absent"))
