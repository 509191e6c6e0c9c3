"""Handwritten digits of 8x8 pixels that come with scikit-learn: needs no download."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmark.datasets.dataset import Dataset
from benchmark.records import Split

# Positions in a permutation whose random stream NumPy keeps frozen, so a split is the same for ever.
SPLITS: dict[Split, slice] = {"train": slice(0, 897), "validation": slice(897, 1347), "test": slice(1347, 1797)}


def read_digits(data: Path, split: Split) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 8, 8) uint8 and labels (N,) int64; the 17 grey levels 0..16 are spread over 0..255."""
    table = np.loadtxt(_file(), delimiter=",", dtype=np.int64)
    values, labels = table[:, :-1], table[:, -1]
    chosen = np.random.RandomState(0).permutation(len(values))[SPLITS[split]]
    pixels = np.rint(values[chosen] * 255 / 16).astype(np.uint8)
    return torch.from_numpy(pixels).view(-1, 1, 8, 8), torch.from_numpy(labels[chosen])


def _file() -> Path:
    """The table that `sklearn.datasets.load_digits` reads; importing that takes every process seconds."""
    package = find_spec("sklearn")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"


def no_problem(data: Path) -> None:
    """The images come with scikit-learn, so nothing can be missing."""


DIGITS = Dataset(
    name="digits",
    channels=1,
    resolution=8,
    classes=10,
    reference="Alpaydin and Kaynak 1998, doi:10.24432/C50P49; its test part, as in scikit-learn's load_digits",
    read=read_digits,
    problem=no_problem,
)
