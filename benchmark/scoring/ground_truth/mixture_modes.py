"""Mixtures of Gaussians drawn as dots: which modes are reached, how evenly, and by how many good samples."""

import math

import torch
from torch import Tensor

from benchmark.datasets.gaussians import DOT_SIGMA, Mixture
from benchmark.scoring.ground_truth.mode_shares import reverse_divergence

SIGMAS = 3  # a high-quality sample is no farther than this from its mode: VEEGAN's choice
MISFIT = 0.25  # and its image differs from the dot that fits best by no more than this share of a dot's squared length
STEPS = 10  # three are enough from 12 pixels a side on; at 8 pixels ten leave an error of a tenth of a sigma
BATCH = 1000


def mixture_modes(mixture: Mixture, images: Tensor) -> dict[str, float]:
    """Scores of images that should each show one dot of `benchmark.datasets.gaussians`.

    An image stands for the centre of the dot that fits it best, and so for the nearest mode. It is of high quality if
    that centre is within three sigma of the mode's, and if the image is like a dot: blank images, two dots, or one that
    is twice as wide or less than half as bright, are not. Of the true samples 1 - exp(-9/2) = 0.989 are within three
    sigma, since there are two coordinates.

    Args:
        mixture: The true distribution.
        images: (N, 1, R, R) uint8, N >= 1, on any device.

    Returns:
        "modes", those with at least one sample of high quality; "high_quality", the share of such samples in [0, 1];
        "modes_kl", `reverse_divergence` of the nearest modes of all samples, good or not (Lin et al. 2018).

    References:
        Srivastava et al. 2017, arXiv:1705.07761, its synthetic data set; Lin et al. 2018, arXiv:1712.04086, section 4.
    """
    parts = [nearest_dots(batch) for batch in torch.split(images, BATCH)]
    positions, misfits = (torch.cat(values) for values in zip(*parts, strict=True))
    centres = torch.tensor(mixture.centres, dtype=torch.float64, device=images.device)
    squares, modes = (positions[:, None] - centres).square().sum(2).min(1)
    good = (squares <= (SIGMAS * mixture.sigma) ** 2) & (misfits <= MISFIT)
    return {
        "modes": float((modes[good].bincount(minlength=len(centres)) > 0).sum()),
        "high_quality": float(good.double().mean()),
        "modes_kl": reverse_divergence(modes.bincount(minlength=len(centres))),
    }


def nearest_dots(images: Tensor) -> tuple[Tensor, Tensor]:
    """The dot that fits each image best, by least squares over its centre.

    A fit and not the centre of all light, which a faint background would draw to the middle of the image.

    Args:
        images: (N, 1, R, R) uint8.

    Returns:
        Its centre (N, 2), x and y in sides of the image, float64; and the squared distance (N,) between image and dot
        as a share of a dot's squared length: 0 for a dot, 1 for a blank image.
    """
    side, pixels = images.shape[-1], images[:, 0].double() / 255
    middles = torch.arange(side, device=images.device, dtype=torch.float64) + 0.5
    width = DOT_SIGMA * side
    # Starts are half a pixel apart: at 8 pixels, where a dot is as narrow as a pixel, steps from farther go astray.
    grid = torch.arange(2 * side, device=images.device, dtype=torch.float64) / 2 + 0.25
    centres = grid[_nearest_places(pixels, _profiles(grid, middles, width))]
    for _ in range(STEPS):
        across, down = (_profiles(centres[:, axis], middles, width) for axis in (0, 1))
        rest = pixels - down[:, :, None] * across[:, None, :]
        # Gauss and Newton's step: how the dot changes as its centre moves is what the rest is compared with.
        slopes = across * (middles - centres[:, :1]) / width**2, down * (middles - centres[:, 1:]) / width**2
        steps = [_projection(rest, down, slopes[0]), _projection(rest, slopes[1], across)]
        centres = (centres + torch.stack(steps, 1)).clamp(0, side)
    across, down = (_profiles(centres[:, axis], middles, width) for axis in (0, 1))
    rest = pixels - down[:, :, None] * across[:, None, :]
    return centres / side, rest.square().sum((1, 2)) / (math.pi * width**2)


def _profiles(centres: Tensor, middles: Tensor, width: float) -> Tensor:
    """Bell curves (N, R) around centres (N,), at the middles (R,) of pixels."""
    return torch.exp(-((middles - centres[:, None]) ** 2) / (2 * width**2))


def _nearest_places(pixels: Tensor, profiles: Tensor) -> Tensor:
    """Column and row (N, 2) of the dot nearest to images (N, R, R), of those with two of the profiles (G, R)."""
    lengths = profiles.square().sum(1)
    closeness = profiles @ pixels @ profiles.T - lengths[:, None] * lengths / 2
    best = closeness.flatten(1).argmax(1)
    return torch.stack([best % len(lengths), best // len(lengths)], 1)


def _projection(rest: Tensor, down: Tensor, across: Tensor) -> Tensor:
    """How much (N,) of the product of (N, R) down and (N, R) across is in the rest (N, R, R)."""
    length = down.square().sum(1) * across.square().sum(1)
    return torch.einsum("nij,ni,nj->n", rest, down, across) / length.clamp_min(torch.finfo(length.dtype).tiny)
