"""The squared maximum mean discrepancy with a Gaussian kernel, in blocks, so that memory is bounded for any sets."""

import torch
from torch import Tensor

BLOCK = 2**24  # numbers in memory at a time, 128 MB: the kernel between 50,000 and 50,000 images would be 20 GB


def mean_kernel(left: Tensor, right: Tensor, sigma: float) -> float:
    """Mean over all N M pairs of exp(-|x - y|^2 / (2 sigma^2)) - 1, in [-1, 0], computed in float64.

    The one is taken off lest it swallow the digits of what differs: between neighbours, or where sigma is large, all of
    the kernel is near 1. It cancels in `squared_discrepancy`.

    Args:
        left: Features (N, D) of any floating type.
        right: Features (M, D), on the same device.
        sigma: Above 0, in units of the features.
    """
    columns = right.double()
    squares, total = columns.square().sum(1), 0.0
    for block in torch.split(left, max(1, BLOCK // len(right))):
        rows = block.double()
        distances = torch.addmm(squares + rows.square().sum(1, keepdim=True), rows, columns.T, alpha=-2).clamp_min_(0)
        total += distances.mul_(-0.5 / sigma**2).expm1_().sum().item()
    return total / (len(left) * len(right))


def squared_discrepancy(generated: Tensor, real: Tensor, sigma: float, within_real: float) -> float:
    """The biased estimate of MMD^2, k(x, x') + k(y, y') - 2 k(x, y), each a mean over all pairs; at least 0.

    Pairs of an image with itself count, so of N and M draws of one distribution it is (1 - k) / N + (1 - k) / M on
    average, k being the kernel's mean, and not 0.

    Args:
        generated: Features (N, D) of any floating type.
        real: Features (M, D), on the same device.
        sigma: Of the kernel, above 0.
        within_real: `mean_kernel(real, real, sigma)`.

    References:
        Gretton et al. 2012, JMLR 13, equation 5.
    """
    within = mean_kernel(generated, generated, sigma) + within_real
    # The square of a distance between means in the kernel's space: below zero only by rounding.
    return max(0.0, within - 2 * mean_kernel(generated, real, sigma))
