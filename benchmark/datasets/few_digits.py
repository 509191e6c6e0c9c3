"""Two hundred of the digits to train on: so few that a discriminator learns them by heart."""

from pathlib import Path

import numpy as np

from benchmark.datasets.dataset import Content, Dataset, nothing_missing
from benchmark.datasets.digits import CLASSES
from benchmark.datasets.digits_table import read_digits, table
from benchmark.records import Split

A_CLASS = 20


def _read(data: Path, split: Split, side: int) -> Content:
    """The first 20 of each class in the train split, in its order; validation and test whole, as those of `digits`."""
    images, labels = read_digits(split)
    if split == "train":
        order = np.argsort(labels, kind="stable")
        firsts = np.searchsorted(labels[order], np.arange(CLASSES))
        chosen = np.sort(order[(firsts[:, None] + np.arange(A_CLASS)).ravel()])
        images, labels = images[chosen], labels[chosen]
    return Content.of(images, labels, CLASSES)


DIGITS_200 = Dataset(
    name="digits-200",
    resolution=8,
    citation="20 training images a class of scikit-learn's digits (Alpaydin and Kaynak 1998, doi:10.24432/C50P49); "
    "scored against the same images as digits",
    files=lambda _: (table(),),
    read=_read,
    problem=nothing_missing,
)
