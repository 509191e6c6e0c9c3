"""Filled triangles, white on black: a manifold whose distance to any image can be computed."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.datasets.coverage import coverage
from benchmark.datasets.dataset import Content, Dataset, Pixels, no_files, nothing_missing
from benchmark.records import Split

SMALLEST_ANGLE = 20.0  # degrees
RADIUS = 0.375  # of the circle through the vertices, in sides of the image
SMALLEST_AREA = RADIUS**2 / 2 * float(np.sin(np.radians([40, 120, 200])).sum())  # in square sides; it has these arcs

# Seed and images of a split; NumPy keeps these random streams frozen.
SPLITS: dict[Split, tuple[int, int]] = {"train": (0, 60_000), "validation": (1, 10_000), "test": (2, 10_000)}
CHUNK = 64  # images rendered at once: their arrays stay within the cache


def draw_vertices(split: Split) -> NDArray[np.float64]:
    """Vertices (N, 3, 2), x and y in sides of the image, in [0, 1].

    As in the paper's code one vertex lies in each third of a circle, which is then turned and moved until the centre of
    mass is the image's. Unlike there, vertices keep 20 degrees from both ends of their third, so that arcs are
    40 to 200 degrees and angles 20 to 100 (that code keeps from one end, and counts at the circle's centre), and the
    circle is turned by any angle (that code turns by 6 degrees at most).
    """
    seed, count = SPLITS[split]
    drawn = np.random.RandomState(seed).random_sample((count, 4))
    third = 120.0
    within = SMALLEST_ANGLE + (third - 2 * SMALLEST_ANGLE) * drawn[:, :3]
    degrees = third * np.arange(3) + within + 360 * drawn[:, 3:]
    corners = RADIUS * np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=2)
    centred: NDArray[np.float64] = corners - corners.mean(axis=1, keepdims=True) + 0.5
    return centred


def render(vertices: NDArray[np.float64], side: int) -> Pixels:
    """Images (N, 1, side, side) of triangles with vertices (N, 3, 2) in sides of the image."""
    images = np.empty((len(vertices), 1, side, side), dtype=np.uint8)
    corners, pixels = (vertices * side).astype(np.float32), np.arange(side, dtype=np.float32)
    for start in range(0, len(vertices), CHUNK):
        chunk = slice(start, start + CHUNK)
        images[chunk, 0] = np.rint(255 * coverage(corners[chunk], pixels))
    return images


def read_triangles(data: Path, split: Split, side: int) -> Content:
    """Images (N, 1, side, side) without labels, each rendered when it is asked for; nothing is read from the folder."""
    vertices = draw_vertices(split)
    labels = np.zeros(len(vertices), dtype=np.int64)
    return Content(labels, 1, lambda start, stop: render(vertices[start:stop], side))


TRIANGLES = Dataset(
    name="triangles",
    resolution=28,
    citation="Lucic et al. 2018, arXiv:1711.10337, section 5.1: convex polygons of three vertices, as in its "
    "code's Convex_Polygons_Dataset; drawn white on black, with angles of 20 degrees and more",
    files=no_files,
    read=read_triangles,
    problem=nothing_missing,
)
