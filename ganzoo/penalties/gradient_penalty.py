"""The gradient penalty of WGAN-GP: gradient norms near 1 on lines between real and generated images."""

from torch import Tensor

from ganzoo.components import Critic, Penalty
from ganzoo.layers.gradients import gradient_norms, interpolate, interpolation_noise


def gradient_penalty(discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """(||grad D(x_hat)||_2 - 1)^2 at x_hat = u x + (1 - u) G(z); (N, C, H, W), (N, C, H, W), (N,) -> (N,).

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
    return (gradient_norms(discriminator, interpolate(real, fake, noise)) - 1).square()


GRADIENT_PENALTY = Penalty(
    name="gp",
    function=gradient_penalty,
    citation="Gulrajani et al. 2017, arXiv:1704.00028, equation 3",
    weight=10.0,
    noise=interpolation_noise,
    limits="Doubles the cost of a discriminator update; not defined where the discriminator normalises over the batch.",
    slope=1.0,
)
