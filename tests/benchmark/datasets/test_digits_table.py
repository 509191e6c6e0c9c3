import hashlib

import numpy as np
import pytest
from sklearn.datasets import load_digits

from benchmark.datasets.digits_table import SPLITS, read_digits

SHA256 = {
    "train": "bb13980bd224f348dc29b6f7b995d48afd3e02d42a216516766e4935597e392d",
    "validation": "7407cec02036446228fd0a1820386994aba2b4aa375cdb7844b5239721315cd9",
    "test": "439f53dcc799e63166bad4281f5f6bc9a992163f0d0283eeee5300e42ec5c53b",
}


@pytest.mark.parametrize(("split", "count"), [("train", 897), ("validation", 450), ("test", 450)])
def test_splits_never_change(split, count):
    images, labels = read_digits(split)
    assert images.shape == (count, 1, 8, 8)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() == SHA256[split]


def test_splits_hold_every_image_once():
    # Grey level v of 0..16 must be round(255 v / 16), and no image may be lost or lie in two splits.
    expected = sorted(
        ([round(255 * v / 16) for v in pixels], label)
        for pixels, label in zip(*load_digits(return_X_y=True), strict=True)
    )
    found = sorted(
        (image.flatten().tolist(), int(label))
        for split in SPLITS
        for image, label in zip(*read_digits(split), strict=True)
    )
    assert found == expected
