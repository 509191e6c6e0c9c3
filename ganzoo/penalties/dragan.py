"""DRAGAN's penalty: gradient norms near 1 around real images."""

import torch
from torch import Tensor

from ganzoo.components import Critic, Penalty
from ganzoo.layers.gradients import gradient_norms

# sqrt(c) as a share of the pixels' standard deviation.
SCALE = 0.5


def dragan_penalty(discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """(||grad D(x + sqrt(c) e)||_2 - 1)^2 with e ~ N(0, I); (N, C, H, W), (N, C, H, W), (N, C, H, W) -> (N,).

    The paper leaves c to the data: sqrt(c) is half the standard deviation of the batch's pixels, the scale of the
    authors' code. That code draws uniform noise of one sign and interpolates towards it; here noise is normal and added
    whole, and gradients are those of logits.

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        real: Real images (N, C, H, W).
        fake: Not looked at (N, C, H, W).
        noise: e, standard normal (N, C, H, W).

    Returns:
        Penalties (N,), before their weight.

    References:
        Kodali et al. 2017, arXiv:1705.07215, section 2, with k = 1.
    """
    around = real + SCALE * real.std(correction=0) * noise
    return (gradient_norms(discriminator, around) - 1).square()


def normal_noise(real: Tensor, generator: torch.Generator) -> Tensor:
    """One number a pixel, standard normal; (N, C, H, W) -> (N, C, H, W)."""
    return torch.randn(real.shape, generator=generator, dtype=real.dtype, device=generator.device)


DRAGAN = Penalty(
    name="dragan",
    function=dragan_penalty,
    citation="Kodali et al. 2017, arXiv:1705.07215, section 2",
    weight=10.0,
    noise=normal_noise,
    limits="Holds slopes near real images only: too weak for the Wasserstein loss. Public codes depart from the paper.",
    slope=1.0,
)
