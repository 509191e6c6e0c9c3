"""Mixtures of Gaussians in the plane, a sample drawn as an image: a soft round dot whose centre is the sample."""

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.datasets.dataset import Content, Dataset, Labels, Pixels, no_files, nothing_missing
from benchmark.records import Split

# All lengths are in sides of the image. The dot is as wide as fits between the outermost modes and the border: at 32
# pixels rounding to uint8 then moves its centre by a fiftieth of the mixtures' sigma.
REACH = 11 / 32
DOT_SIGMA = 1.5 / 32

# Seed and images of a split; NumPy keeps these random streams frozen.
SPLITS: dict[Split, tuple[int, int]] = {"train": (0, 50_000), "validation": (1, 10_000), "test": (2, 10_000)}


@dataclass(frozen=True)
class Mixture:
    """Equally likely round Gaussians.

    Attributes:
        centres: Of the K modes, (x, y) in sides of the image from its upper left corner.
        sigma: Standard deviation of each in each direction, in sides.
    """

    centres: tuple[tuple[float, float], ...]
    sigma: float


RING = Mixture(
    tuple((0.5 + REACH * math.cos(k * math.pi / 4), 0.5 + REACH * math.sin(k * math.pi / 4)) for k in range(8)),
    sigma=0.01 * REACH,
)
SPACING = REACH / 2
GRID = Mixture(
    tuple((0.5 + column * SPACING, 0.5 + row * SPACING) for row in range(-2, 3) for column in range(-2, 3)),
    sigma=0.025 * SPACING,
)


def draw_samples(mixture: Mixture, split: Split) -> tuple[NDArray[np.float64], Labels]:
    """Samples (N, 2), x and y in sides of the image, and the modes (N,) that they are of."""
    seed, count = SPLITS[split]
    draw = np.random.RandomState(seed)
    modes = draw.randint(0, len(mixture.centres), count, dtype=np.int64)
    return np.array(mixture.centres)[modes] + mixture.sigma * draw.standard_normal((count, 2)), modes


def draw_dots(samples: NDArray[np.float64], side: int) -> Pixels:
    """Images (N, 1, side, side) of samples (N, 2): 255 exp(-d^2 / (2 DOT_SIGMA^2)), d from the pixel's centre."""
    middles = (np.arange(side) + 0.5) / side
    profiles = np.exp(-((middles - samples[:, :, None]) ** 2) / (2 * DOT_SIGMA**2))
    across, down = profiles[:, 0, None, :], profiles[:, 1, :, None]
    images: Pixels = np.rint(255 * down * across).astype(np.uint8)[:, None]
    return images


def read_mixture(mixture: Mixture, data: Path, split: Split, side: int) -> Content:
    """Images (N, 1, side, side) of a mixture's samples, with their modes as labels; nothing is read from the folder."""
    samples, modes = draw_samples(mixture, split)
    return Content(modes, len(mixture.centres), lambda start, stop: draw_dots(samples[start:stop], side))


GAUSSIANS_RING = Dataset(
    name="gaussians-ring",
    resolution=32,
    citation="eight Gaussians on a circle, sigma a hundredth of its radius: Metz et al. 2017, arXiv:1611.02163, "
    "section 3.1; a sample is drawn as a dot",
    files=no_files,
    read=partial(read_mixture, RING),
    problem=nothing_missing,
)
GAUSSIANS_GRID = Dataset(
    name="gaussians-grid",
    resolution=32,
    citation="5x5 Gaussians, sigma a fortieth of their spacing: Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761, "
    "its synthetic data set; a sample is drawn as a dot",
    files=no_files,
    read=partial(read_mixture, GRID),
    problem=nothing_missing,
)
