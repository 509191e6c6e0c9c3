"""Density and coverage: precision and recall that one outlier cannot spoil."""

import torch
from torch import Tensor

from benchmark.metrics.arithmetic.neighbours import inside, nearest


def density_and_coverage(generated: Tensor, real: Tensor, neighbours: int = 5) -> tuple[float, float]:
    """How many balls around real images hold a generated one, and how many real images have one near.

    The ball around a real image reaches to the k-th nearest of the other real ones, and holds its border: the ball of
    an image with k duplicates holds its copies alone.

    Args:
        generated: Features (N, D), N >= 1, of any floating type; computed in float64 on their device.
        real: Features (M, D), on the same device.
        neighbours: k, from 1 to M - 1.

    Returns:
        Density, at least 0: the balls that hold a generated image on average, over k; 1 in expectation where both sets
        come from one distribution, and more where generated images crowd around the densest real ones. Coverage, in
        [0, 1]: the share of the real images whose ball holds any; for one distribution
        1 - (M-1)...(M-k) / ((M+N-1)...(M+N-k)) in expectation, which is 0.97 for k = 5 and as many generated as real.

    Raises:
        ValueError: if there are not more than k real images.

    References:
        Naeem et al. 2020, arXiv:2002.09797, section 3. The authors' code leaves the border out, under which a copy of a
        real image with k duplicates lies in no ball; without ties both are the same.
    """
    distances, _ = nearest(real, real, neighbours + 1)  # the nearest of all is the image itself
    held, covered = 0, torch.zeros(len(real), dtype=torch.bool, device=real.device)
    for block in inside(generated, real, distances[:, -1]):
        held += int(block.sum())
        covered |= block.any(0)
    return held / (neighbours * len(generated)), covered.double().mean().item()
