"""Images of folders and files, with the folders that they lie in as classes."""

from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.datasets.given_images import read_given


def write(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8), value, np.uint8)).save(path)


def test_the_first_folder_beneath_is_the_class(tmp_path: Path) -> None:
    for name, value in (("b/1.png", 20), ("b/deep/2.png", 30), ("a/3.png", 10), ("4.png", 0)):
        write(tmp_path / name, value)
    found = read_given(tmp_path)
    assert found.images.shape == (4, 3, 8, 8)
    by_value = dict(zip(found.images[:, 0, 0, 0].tolist(), found.labels.tolist(), strict=True))
    assert by_value == {0: 0, 10: 1, 20: 2, 30: 2}
    assert found.classes == 3


def test_an_array_has_one_class(tmp_path: Path) -> None:
    np.savez(tmp_path / "images.npz", np.zeros((5, 8, 8, 3), np.uint8))
    found = read_given(tmp_path / "images.npz")
    assert found.images.shape == (5, 3, 8, 8)
    assert (found.labels.tolist(), found.classes) == ([0] * 5, 1)
