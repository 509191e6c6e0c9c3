"""Nearest neighbours among many features: found fast, a block at a time, and measured exactly.

A product of matrices gives |a|^2 + |b|^2 - 2ab many times as fast as differences are taken, but terms cancel: of a copy
they leave some 1e-13 instead of nothing. So it only ever chooses, and what depends on equality allows for its rounding.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

BLOCK = 2**24  # numbers in memory at a time, 128 MB: 50,000 x 50,000 distances would be 20 GB


def nearest(queries: Tensor, references: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The references nearest to each query.

    Args:
        queries: Features (N, D) of any floating type.
        references: Features (M, D), on the same device.
        count: How many are asked for, from 1 to M.

    Returns:
        Euclidean distances (N, count), float64, ascending, exactly zero between equal rows; and the positions
        (N, count), int64, among the references. Of references that are equally near, any may be chosen.

    Raises:
        ValueError: if there are fewer references than `count`, or none.
    """
    if not 1 <= count <= len(references):
        raise ValueError(f"{count} nearest of {len(references)} features: from 1 to as many as there are")
    centre, columns = _centred(references)
    squares = columns.square().sum(1)
    found = []
    for block in torch.split(queries, _rows(max(len(references), count * queries.shape[1]))):
        # Without |a|^2, which is the same for all references.
        chosen = torch.addmm(squares, block.double() - centre, columns.T, alpha=-2).topk(count, largest=False).indices
        gaps = references[chosen].double() - block.double().unsqueeze(1)
        distances, order = gaps.square().sum(2).sqrt().sort(1)
        found.append((distances, chosen.gather(1, order)))
    return torch.cat([distances for distances, _ in found]), torch.cat([positions for _, positions in found])


def inside(points: Tensor, centres: Tensor, radii: Tensor) -> Iterator[Tensor]:
    """Which closed balls hold which points, a block of points at a time.

    Args:
        points: Features (N, D) of any floating type.
        centres: Features (M, D), on the same device.
        radii: (M,) float64, at least 0.

    Yields:
        (B, M) bool for the next B points. A point counts as inside where its distance equals the radius but for
        rounding; that it exceeds by 1 in 10^11 of the features' size counts as rounding.
    """
    middle, columns = _centred(centres)
    squares, bounds = columns.square().sum(1), radii.square()
    # Twice what rounding can add up to in the sums and the product of D terms.
    slack = 8 * columns.shape[1] * torch.finfo(torch.float64).eps
    for block in torch.split(points, _rows(len(centres))):
        rows = block.double() - middle
        sums = rows.square().sum(1, keepdim=True) + squares
        yield torch.addmm(sums * (1 - slack), rows, columns.T, alpha=-2) <= bounds


def _centred(features: Tensor) -> tuple[Tensor, Tensor]:
    """Their mean (D,) and what they differ by from it (M, D), float64: the shorter the rows, the less they cancel."""
    values = features.double()
    centre = values.mean(0)
    return centre, values - centre


def _rows(width: int) -> int:
    return max(1, BLOCK // width)
