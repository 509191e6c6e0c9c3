"""FID at infinitely many generated images, and how sure it is: FID as it stands falls with their number."""

import math
from collections.abc import Sequence
from itertools import combinations
from statistics import fmean

import torch
from torch import Tensor

from benchmark.errors import UserError
from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments

SEED = 0
QUARTERS = 4
ROWS = 4096  # images at a time: 64 MB of 2,048 features


def fewest_images(features: int) -> int:
    """How many images of D features `extrapolated` needs, 4 (D + 1).

    The covariance of a quarter of fewer is singular, and FID is then no smooth function of 1 / N.
    """
    return QUARTERS * (features + 1)


def extrapolated(generated: Tensor, mu: Tensor, sigma: Tensor, sigma_root: Tensor) -> tuple[float, float]:
    """The FID that infinitely many images of a generator would have, and its standard error.

    FID is a smooth function of 1 / N. It is measured on all of the images, on their halves and on their quarters, and
    the parabola through the three is read at 1 / N = 0. Chong and Forsyth take a line, whose error is several of its
    standard errors where N is a few times D. The six halves are pairs of the four quarters: the mean of all six leaves
    a third of the chance variance of one pair.

    Args:
        generated: Features (N, D) of any floating type, on the device of the others; computed there in float64. One to
            three images are left out if four does not divide N.
        mu: Mean (D,) of the real features, float64.
        sigma: Their covariance (D, D).
        sigma_root: `frechet_distance.root(sigma)`.

    Returns:
        The extrapolated FID, which may be below zero by chance where the two distributions are about the same; and its
        standard error for other draws of generated images, the real ones staying as they are: two of them either way
        hold the true value in about 95 % of cases. It includes what a parabola may miss, half of how far it lies from
        the line through whole and halves, which counts for little from N = 8 D on. Deterministic; no random state is
        touched.

    Raises:
        UserError: if there are fewer than `fewest_images(D)` images.

    References:
        Chong and Forsyth 2020, arXiv:1911.07023, section 3.
    """
    count, features = generated.shape
    if count < fewest_images(features):
        raise UserError(
            f"extrapolated FID of {count} images: {features} features need at least {fewest_images(features)} images"
        )
    order = torch.randperm(count, generator=torch.Generator().manual_seed(SEED)).to(generated.device)
    size = count // QUARTERS
    quarters = [moments(generated[order[start : start + size]]) for start in range(0, QUARTERS * size, size)]
    whole, half, quarter = (
        fmean(
            frechet_distance(_union(parts, size), (mu, sigma), sigma_root) for parts in combinations(quarters, together)
        )
        for together in (4, 2, 1)
    )
    line, parabola = 2 * whole - half, (8 * whole - 6 * half + quarter) / 3  # at 0, through values at 1, 2 and 4
    return parabola, math.hypot(standard_error(generated, mu, sigma_root), (parabola - line) / 2)


def standard_error(generated: Tensor, mu: Tensor, sigma_root: Tensor) -> float:
    """By how much a FID, plain or extrapolated, deviates by chance between draws of N generated images.

    The infinitesimal jackknife: the deviation of the images' influences on FID, over the root of N. The influence of x
    is 2 (m - m')(x - m) + (x - m)'(I - T)(x - m) with T = R (R C R)^(-1/2) R, the optimal transport between the two
    Gaussians. It errs upwards where FID is near zero and influences are chance alone.

    Args:
        generated: Features (N, D), N >= 2, on the device of the others.
        mu: Mean m' (D,) of the real features, float64.
        sigma_root: Root R (D, D) of their covariance.

    References:
        Efron and Stein 1981, doi:10.1214/aos/1176345462; the derivative: Bhatia et al. 2019, arXiv:1712.01504.
    """
    mean, covariance = moments(generated)
    values, vectors = torch.linalg.eigh(sigma_root @ covariance @ sigma_root)
    # Where one of the two has no spread at all, its images have none to contribute: 1 / root(0) counts as 0.
    spread = values > values[-1] * len(values) * torch.finfo(values.dtype).eps
    rotated = sigma_root @ vectors
    transport = (rotated * torch.where(spread, values, torch.inf).rsqrt()) @ rotated.T
    slope = torch.eye(len(values), dtype=values.dtype, device=values.device) - transport
    influences = []
    for block in torch.split(generated, ROWS):
        offsets = block.double() - mean
        influences.append(((offsets @ slope + 2 * (mean - mu)) * offsets).sum(1))
    return float(torch.cat(influences).std() / len(generated) ** 0.5)


def _union(parts: Sequence[tuple[Tensor, Tensor]], size: int) -> tuple[Tensor, Tensor]:
    """Mean and covariance of the images of several parts of `size` images each, from the parts' own."""
    mean = torch.stack([part for part, _ in parts]).mean(0)
    offsets = torch.stack([part - mean for part, _ in parts])
    squares = (size - 1) * sum(covariance for _, covariance in parts) + size * offsets.T @ offsets
    return mean, squares / (len(parts) * size - 1)
