"""Stacked digits: three embedded digits as the three colours of an image, so that 1,000 modes are known by name."""

from pathlib import Path

import numpy as np

from benchmark.datasets.dataset import Content, Dataset, nothing_missing
from benchmark.datasets.digits_table import read_digits, table
from benchmark.records import Split

MODES = 1000
PLACES = (100, 10, 1)  # of the digits in red, green and blue: their number is the mode

# Seed and images of a split; NumPy keeps these random streams frozen.
SPLITS: dict[Split, tuple[int, int]] = {"train": (0, 50_000), "validation": (1, 10_000), "test": (2, 10_000)}


def read_stacks(data: Path, split: Split, side: int) -> Content:
    """Images (N, 3, 8, 8) whose digits are of the same split, with labels 100 red + 10 green + blue.

    `data` and `side` do not matter. The mode is drawn first, then an image of each of its digits: so each mode has a
    probability of exactly 1/1000, as the score of a sample assumes. The paper draws images as they come.
    """
    images, labels = read_digits(split)
    seed, count = SPLITS[split]
    draw = np.random.RandomState(seed)
    modes = draw.randint(0, MODES, count, dtype=np.int64)
    digits = modes[:, None] // np.array(PLACES) % 10
    by_class, sizes = np.argsort(labels, kind="stable"), np.bincount(labels)
    first = np.cumsum(sizes) - sizes
    chosen = by_class[first[digits] + (draw.random_sample(digits.shape) * sizes[digits]).astype(np.int64)]
    return Content.of(images[chosen, 0], modes, MODES)


STACKED_DIGITS = Dataset(
    name="stacked-digits",
    resolution=8,
    citation="the stacked MNIST of Metz et al. 2017, arXiv:1611.02163, section 3.3.1, with the digits of scikit-learn "
    "(Alpaydin and Kaynak 1998, doi:10.24432/C50P49); no digit is in two splits",
    files=lambda _: (table(),),
    read=read_stacks,
    problem=nothing_missing,
)
