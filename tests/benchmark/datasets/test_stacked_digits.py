import hashlib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare

from benchmark.datasets.digits_table import read_digits, table
from benchmark.datasets.stacked_digits import STACKED_DIGITS

SPLITS = {"train": 50_000, "validation": 10_000, "test": 10_000}
SHA256 = {
    "train": "a459fa2444152fa9ae616f0e532de92f12489c1648046f24afdb6abbc5ae6a4e",
    "validation": "e788942c8f50521430a2bbcae819d81b416424cda08991fc70f4e0ddfc2afa4d",
    "test": "1852c634f9034f164ad8bd4ec3133487468497b730c8eb4d2cf7f87958266c63",
}


def read(split):
    content = STACKED_DIGITS.read(Path("nowhere"), split, 8)
    return content.part(0, len(content.labels)), content.labels


@pytest.mark.parametrize("split", SPLITS)
def test_splits_never_change(split):
    images, labels = read(split)
    assert images.shape == (SPLITS[split], 3, 8, 8)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() == SHA256[split]


@pytest.mark.parametrize("split", SPLITS)
def test_colours_are_the_digits_of_the_label_and_of_the_same_split(split):
    digits = {image.tobytes(): label for image, label in zip(*read_digits(split), strict=True)}
    images, labels = read(split)
    # A picture of another split would be no key; none is in two splits with different labels.
    read_back = [[digits[colour.tobytes()] for colour in image] for image in images]
    assert np.array_equal(np.array(read_back) @ [100, 10, 1], labels)


def test_every_mode_is_reached_and_none_is_favoured():
    counts = np.bincount(read("train")[1], minlength=1000)
    assert STACKED_DIGITS.read(Path("nowhere"), "train", 8).classes == len(counts) == 1000
    assert counts.min() > 0
    assert chisquare(counts).pvalue > 0.001


def test_every_picture_of_a_digit_is_used_about_as_often():
    images, _ = read("train")
    pictures, labels = read_digits("train")
    position = {picture.tobytes(): index for index, picture in enumerate(pictures)}
    used = np.bincount([position[colour.tobytes()] for image in images for colour in image], minlength=len(pictures))
    expected = 15_000 / np.bincount(labels)[labels]
    assert chisquare(used, expected * used.sum() / expected.sum()).pvalue > 0.001


def test_only_the_table_of_scikit_learn_decides(tmp_path):
    assert (STACKED_DIGITS.files(tmp_path), STACKED_DIGITS.problem(tmp_path)) == ((table(),), None)
