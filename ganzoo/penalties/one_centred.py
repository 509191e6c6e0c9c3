"""The gradient penalty of WGAN-GP: gradient norms near 1 on lines between real and generated images."""

import torch
from torch import Tensor

from ganzoo.variant import Critic, Penalty

# The square root's derivative is infinite at 0: one dead gradient would turn the whole update into NaN.
EPSILON = 1e-12


def one_centred_penalty(discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """(||grad D(x_hat)||_2 - 1)^2 at x_hat = u x + (1 - u) G(z), for each image by itself.

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        real: Real images (N, C, H, W).
        fake: Generated images (N, C, H, W).
        noise: u, uniform in [0, 1), one number an image (N,).

    Returns:
        Penalties (N,), before their weight.

    References:
        Gulrajani et al. 2017, arXiv:1704.00028, equation 3 and algorithm 1.
    """
    weight = noise.reshape(-1, *[1] * (real.dim() - 1))
    between = weight * real + (1 - weight) * fake
    gradients: Tensor = torch.func.grad(lambda images: discriminator(images).sum())(between)
    norms = (gradients.flatten(1).square().sum(1) + EPSILON).sqrt()
    return (norms - 1).square()


def interpolation_noise(real: Tensor, generator: torch.Generator) -> Tensor:
    """One weight an image: real (N, C, H, W) -> (N,), uniform in [0, 1)."""
    return torch.rand(len(real), generator=generator, dtype=real.dtype, device=generator.device)


ONE_CENTRED = Penalty(
    name="one-centred",
    function=one_centred_penalty,
    noise=interpolation_noise,
    reference="Gulrajani et al. 2017, arXiv:1704.00028, equation 3",
)
