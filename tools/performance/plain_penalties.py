"""Gradient penalties by plain double backward.

Each takes the discriminator, real and fake images (N, C, H, W) and what the zoo's penalty of that name draws, and gives
one value an image (N,); the papers are with the zoo's.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Discriminate = Callable[[Tensor], Tensor]
Penalise = Callable[[Discriminate, Tensor, Tensor, Tensor], Tensor]


def gradients(discriminate: Discriminate, points: Tensor) -> Tensor:
    """One gradient a row (N, pixels), with a graph."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(discriminate(points).sum(), points, create_graph=True)
    return gradient.reshape(len(points), -1)


def norms(discriminate: Discriminate, points: Tensor) -> Tensor:
    """The norm of the gradient at each point (N,), with a graph."""
    return (gradients(discriminate, points).pow(2).sum(1) + 1e-12).sqrt()


def between(real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """Points on the lines from fake to real images, at noise (N,) in [0, 1]."""
    weight = noise.view(-1, 1, 1, 1)
    return weight * real + (1 - weight) * fake


def gulrajani(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """WGAN-GP; images (N, C, H, W), noise (N,) -> (N,)."""
    return (norms(discriminate, between(real, fake, noise)) - 1).pow(2)


def petzka(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """WGAN-LP; images (N, C, H, W), noise (N,) -> (N,)."""
    return (norms(discriminate, between(real, fake, noise)) - 1).clamp(min=0).pow(2)


def kodali(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """DRAGAN; images and noise (N, C, H, W) -> (N,)."""
    return (norms(discriminate, real + 0.5 * real.std(unbiased=False) * noise) - 1).pow(2)


def mescheder_real(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """R1; images (N, C, H, W), no noise -> (N,)."""
    return gradients(discriminate, real).pow(2).sum(1) / 2


def mescheder_fake(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """R2; images (N, C, H, W), no noise -> (N,)."""
    return gradients(discriminate, fake).pow(2).sum(1) / 2


PENALTIES: dict[str, Penalise] = {
    "gp": gulrajani,
    "lp": petzka,
    "dragan": kodali,
    "r1": mescheder_real,
    "r2": mescheder_fake,
}
