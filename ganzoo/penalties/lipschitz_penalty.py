"""The Lipschitz penalty of WGAN-LP: gradient norms not above 1 on lines between real and generated images."""

from torch import Tensor
from torch.nn.functional import relu

from ganzoo.components import Critic, Penalty
from ganzoo.layers.gradients import gradient_norms, interpolate, interpolation_noise


def lipschitz_penalty(discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """max(0, ||grad D(x_hat)||_2 - 1)^2 at x_hat = u x + (1 - u) G(z); (N, C, H, W), (N, C, H, W), (N,) -> (N,).

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        real: Real images (N, C, H, W).
        fake: Generated images (N, C, H, W).
        noise: u, uniform in [0, 1), one number an image (N,).

    Returns:
        Penalties (N,), before their weight.

    References:
        Petzka et al. 2018, arXiv:1709.08894, section 5.
    """
    return relu(gradient_norms(discriminator, interpolate(real, fake, noise)) - 1).square()


LIPSCHITZ_PENALTY = Penalty(
    name="lp",
    function=lipschitz_penalty,
    citation="Petzka et al. 2018, arXiv:1709.08894, section 5",
    weight=10.0,
    noise=interpolation_noise,
    limits="Leaves slopes below 1 alone, so it does not damp the players near the optimum; as dear as gp.",
    slope=1.0,
)
