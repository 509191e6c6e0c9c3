"""The handwritten digits of 8x8 pixels that come with scikit-learn, and how they are split."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmark.datasets.dataset import Labels, Pixels
from benchmark.records import Split

# Positions in a permutation whose random stream NumPy keeps frozen, so a split is the same for ever.
SPLITS: dict[Split, slice] = {"train": slice(0, 897), "validation": slice(897, 1347), "test": slice(1347, 1797)}


def read_digits(split: Split) -> tuple[Pixels, Labels]:
    """Images (N, 1, 8, 8) uint8 and labels (N,) int64, 0..9; the 17 grey levels 0..16 are spread over 0..255."""
    rows = np.loadtxt(table(), delimiter=",", dtype=np.int64)
    values, labels = rows[:, :-1], rows[:, -1]
    chosen = np.random.RandomState(0).permutation(len(values))[SPLITS[split]]
    pixels = np.rint(values[chosen] * 255 / 16).astype(np.uint8)
    return pixels.reshape(-1, 1, 8, 8), labels[chosen]


def table() -> Path:
    """The table that `sklearn.datasets.load_digits` reads; importing that takes every process seconds."""
    package = find_spec("sklearn")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
