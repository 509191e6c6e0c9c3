"""How much of each pixel a triangle covers: exact, and differentiable in the vertices."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

# NumPy draws the data set and PyTorch fits triangles to images: one text for both, so that they agree.
Array = TypeVar("Array", NDArray[np.float32], NDArray[np.float64], Tensor)

NEXT = [1, 2, 0]
LEVEL = 1e-9  # square pixels: keeps a quotient defined where an edge is level, and covers nothing
UPRIGHT = 1e-3  # pixels: an upright edge is taken as this much wide to either side, which moves coverage by 0.0003


def coverage(vertices: Array, pixels: Array) -> Array:
    """The share of each pixel's area that lies within a triangle.

    What lies right of an edge within a pixel is an integral over the rows that the edge crosses, of a linear function
    clipped to [0, 1]. Edges that go down and edges that go up count with opposite signs, so that the triangle remains.

    Args:
        vertices: (N, 3, 2), x to the right and y downwards, in pixels from the image's upper left corner; in any order.
        pixels: (R,), 0, 1 ... R - 1, of the same type.

    Returns:
        (N, R, R), rows first, in [0, 1] but for rounding.

    References:
        Catmull 1978, A hidden-surface algorithm with anti-aliasing, for coverage as area; the integral is worked out
        here.
    """
    x, y = vertices[:, :, :1], vertices[:, :, 1:]
    run, rise = x[:, NEXT] - x, y[:, NEXT] - y
    start, stop = y.clip(pixels, pixels + 1), y[:, NEXT].clip(pixels, pixels + 1)
    per_row = rise / (rise * rise + LEVEL)
    first = (x + run * ((start - y) * per_row).clip(0, 1))[..., None]
    last = (x + run * ((stop - y) * per_row).clip(0, 1))[..., None]
    half = (abs(last - first) / 2).clip(UPRIGHT)
    # Beyond these bounds a pixel is left or right of the edge as a whole, and float32 would lose digits.
    reach = (pixels + 1 - (first + last) / 2).clip(-half, 1 + half)
    low, high = (reach - half).clip(0), reach + half
    within = high.clip(0, 1)
    integral = within * (high - within / 2) - low * low / 2
    total: Array = abs((integral * ((stop - start)[..., None] / (2 * half))).sum(1))
    return total
