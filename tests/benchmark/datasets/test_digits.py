import hashlib
from pathlib import Path

import pytest
import torch
from sklearn.datasets import load_digits

from benchmark.datasets.digits import DIGITS, read_digits

SHA256 = {
    "train": "bb13980bd224f348dc29b6f7b995d48afd3e02d42a216516766e4935597e392d",
    "validation": "7407cec02036446228fd0a1820386994aba2b4aa375cdb7844b5239721315cd9",
    "test": "439f53dcc799e63166bad4281f5f6bc9a992163f0d0283eeee5300e42ec5c53b",
}


@pytest.mark.parametrize(("split", "count"), [("train", 897), ("validation", 450), ("test", 450)])
def test_splits_never_change(split, count):
    images, labels = read_digits(Path("nowhere"), split)
    assert images.shape == (count, 1, 8, 8)
    assert (images.dtype, labels.dtype) == (torch.uint8, torch.int64)
    assert hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest() == SHA256[split]


def test_splits_hold_every_image_once():
    splits = [read_digits(Path("nowhere"), split) for split in ("train", "validation", "test")]
    # Grey level v of 0..16 must be round(255 v / 16), and no image may be lost or lie in two splits.
    expected = sorted(
        ([round(255 * v / 16) for v in pixels], label)
        for pixels, label in zip(*load_digits(return_X_y=True), strict=True)
    )
    found = sorted(
        (image.flatten().tolist(), int(label))
        for images, labels in splits
        for image, label in zip(images, labels, strict=True)
    )
    assert found == expected


def test_nothing_can_be_missing(tmp_path):
    assert DIGITS.problem(tmp_path / "absent") is None
