"""The sliced Wasserstein distance between two sets of features: how far apart they are, seen from many directions."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

BLOCK = 2**24  # numbers in memory at a time, 128 MB


def unit_directions(features: int, count: int, seed: int) -> Tensor:
    """Directions (count, D) float64 of length 1, drawn evenly from the sphere; no random state is touched.

    Args:
        features: D.
        count: How many.
        seed: Of the draws. They are NumPy's, which promises the same ones in every version.
    """
    drawn = np.random.RandomState(seed).standard_normal((count, features))
    return torch.from_numpy(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def sorted_projections(features: Tensor, directions: Tensor) -> Tensor:
    """What features (N, D) are along directions (L, D), ascending (L, N) float64, on the device of the features."""
    return (directions.to(features.device) @ features.double().T).sort(1).values


def sliced_distance(ours: Tensor, theirs: Tensor) -> Tensor:
    """Squared Wasserstein distances (L,) in one dimension between two sets, one a direction.

    It is the integral over [0, 1] of the squared difference of their quantile functions. These are steps, N and M of
    them, so the integral is an exact sum: over ranks where N = M, else over the pieces on which neither function steps.

    Args:
        ours: `sorted_projections` (L, N), float64.
        theirs: Those of the other set, (L, M), on the same device.

    References:
        Bonneel et al. 2015, doi:10.1007/s10851-014-0506-3, section 3.
    """
    count, other = ours.shape[1], theirs.shape[1]
    if count == other:
        return (ours - theirs).square().mean(1)
    # In units of 1 / (N M), in which all steps of both are at whole numbers.
    steps = torch.from_numpy(np.union1d(np.arange(1, count + 1) * other, np.arange(1, other + 1) * count))
    widths = steps.diff(prepend=steps.new_zeros(1)).double() / (count * other)
    rows, columns = (((steps - 1) // size).to(ours.device) for size in (other, count))
    integrals: Tensor = (ours[:, rows] - theirs[:, columns]).square() @ widths.to(ours.device)
    return integrals


def direction_blocks(directions: Tensor, widest: int) -> Iterator[Tensor]:
    """Directions (L, D), as many at a time as `widest` projections of each fit into `BLOCK` numbers."""
    yield from torch.split(directions, max(1, BLOCK // widest))
