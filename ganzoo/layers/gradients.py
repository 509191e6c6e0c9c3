"""Gradients of a discriminator on images, image by image, and the points between two images."""

import torch
from torch import Tensor

from ganzoo.components import Critic

# The square root's derivative is infinite at 0: one dead gradient would turn the whole update into NaN.
EPSILON = 1e-12


def squared_gradient_norms(discriminator: Critic, images: Tensor) -> Tensor:
    """||grad D(x)||_2^2, image by image; (N, C, H, W) -> (N,).

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        images: Where to look (N, C, H, W).
    """
    gradients: Tensor = torch.func.grad(lambda points: discriminator(points).sum())(images)
    return gradients.flatten(1).square().sum(1)


def gradient_norms(discriminator: Critic, images: Tensor) -> Tensor:
    """||grad D(x)||_2, image by image, differentiable at 0 too; (N, C, H, W) -> (N,).

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        images: Where to look (N, C, H, W).
    """
    return (squared_gradient_norms(discriminator, images) + EPSILON).sqrt()


def interpolate(real: Tensor, fake: Tensor, weight: Tensor) -> Tensor:
    """Points u x + (1 - u) G(z), with u an image's own; (N, C, H, W), (N, C, H, W), (N,) -> (N, C, H, W)."""
    weight = weight.reshape(-1, *[1] * (real.dim() - 1))
    return weight * real + (1 - weight) * fake


def interpolation_noise(real: Tensor, generator: torch.Generator) -> Tensor:
    """One weight an image, uniform in [0, 1); (N, C, H, W) -> (N,)."""
    return torch.rand(len(real), generator=generator, dtype=real.dtype, device=generator.device)
