import hashlib
from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.datasets import load_sample_images

from benchmark.datasets import photo_patches
from benchmark.datasets.catalog import load_split
from benchmark.datasets.photo_patches import PHOTO_PATCHES, photographs, read_patches
from benchmark.errors import UserError

SPLITS = {"train": 3024, "validation": 1008, "test": 1008}
SHA256 = {
    "train": "8dce9c25ca12ae7005b73d960d2a52694abaa82145a543cfc34130242491b1e4",
    "validation": "0d4bca7b1210375f608f85259caf08779230c6c30a15654208026511af28269f",
    "test": "ce63f85a1c37c5e7073906f9260d8ff07ecbc478bbf3f74307b3b337e79c47ac",
}
SIDE = 16


def read(split):
    content = PHOTO_PATCHES.read(Path("nowhere"), split, SIDE)
    return content.part(0, len(content.labels)), content.labels


@cache
def pictures():
    """The photographs as scikit-learn itself reads them, (427, 640, 3) each."""
    return [np.asarray(image) for image in load_sample_images().images]


def digest(patch):
    return hashlib.blake2b(patch.tobytes(), digest_size=16).digest()


@pytest.fixture(scope="module")
def covered():
    """Of each split how many of its patches have each pixel, (2, 427, 640): found by looking for every patch at every
    place of its photograph, without knowing how it was cut."""
    counts = {split: np.zeros((2, 427, 640), dtype=np.int64) for split in SPLITS}
    for number, picture in enumerate(pictures()):
        wanted = {}
        for split in SPLITS:
            images, labels = read(split)
            wanted |= {digest(patch): split for patch in images[labels == number]}
        found = defaultdict(list)
        for row, windows in enumerate(sliding_window_view(picture, (SIDE, SIDE), axis=(0, 1))):
            for column, patch in enumerate(windows):
                if (key := digest(patch)) in wanted:
                    found[key].append((row, column))
        assert [len(places) for places in found.values()] == [1] * (sum(SPLITS.values()) // 2)
        for key, ((row, column),) in found.items():
            counts[wanted[key]][number, row : row + SIDE, column : column + SIDE] += 1
    return counts


def test_no_pixel_of_a_photograph_is_in_two_splits(covered):
    for first, second in combinations(SPLITS, 2):
        assert not ((covered[first] > 0) & (covered[second] > 0)).any()


def test_every_pixel_is_in_one_and_splits_have_three_fifths_and_a_fifth_each(covered):
    assert (sum(covered.values()) > 0).all()
    shares = [(covered[split] > 0).mean() for split in SPLITS]
    assert shares == [3 / 5, 1 / 5, 1 / 5]


def test_splits_are_as_bright_as_each_other(covered):
    """Of what they lie in: the sky and the flower would else be in one split and not in the other."""
    photographs = np.stack(pictures()).mean(axis=3)
    means = [photographs[covered[split] > 0].mean() for split in SPLITS]
    assert max(means) < 1.05 * min(means)


@pytest.mark.parametrize("split", SPLITS)
def test_splits_never_change(split):
    images, labels = read(split)
    assert images.shape == (SPLITS[split], 3, SIDE, SIDE)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)
    assert np.bincount(labels).tolist() == [SPLITS[split] / 2] * 2
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() == SHA256[split]


def test_first_patch_is_the_corner_of_the_first_photograph():
    images, labels = read("train")
    np.testing.assert_array_equal(images[0], pictures()[0][:SIDE, :SIDE].transpose(2, 0, 1))
    np.testing.assert_array_equal(images[1], pictures()[0][:SIDE, 8 : 8 + SIDE].transpose(2, 0, 1))
    assert labels[0] == 0
    assert (images.min(), images.max()) == (0, 255)


def test_half_as_large_they_are_averages_of_neighbours(tmp_path):
    whole, half = (load_split("photo-patches", "test", tmp_path, resolution=side).images for side in (0, SIDE // 2))
    assert half.shape == (1008, 3, 8, 8)
    # Halving: a triangle of four pixels a side centred on the new one, weights 1 3 3 1 over 8, inside the border.
    weights = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 8
    inner = torch.einsum("ncij,i,j->nc", whole[:, :, 5:9, 5:9].double(), weights, weights)
    torch.testing.assert_close(half[:, :, 3, 3].double(), inner, atol=1.01, rtol=0)


def test_only_the_photographs_of_scikit_learn_decide(tmp_path):
    assert [file.name for file in PHOTO_PATCHES.files(tmp_path)] == ["china.jpg", "flower.jpg"]
    assert PHOTO_PATCHES.problem(tmp_path) is None
    assert all(file.is_file() for file in photographs())


@pytest.mark.parametrize("damage", [b"no picture at all", None])
def test_a_photograph_that_is_damaged_or_gone_is_named(damage, tmp_path, monkeypatch):
    file = tmp_path / "china.jpg"
    if damage:
        file.write_bytes(damage)
    monkeypatch.setattr(photo_patches, "photographs", lambda: (file,))
    with pytest.raises(UserError, match=rf"^{file}: cannot be read \(.*\); install scikit-learn again$"):
        read_patches(tmp_path, "train", SIDE)
