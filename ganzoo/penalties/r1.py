"""R1: small gradients on real images."""

from torch import Tensor

from ganzoo.components import Critic, Penalty
from ganzoo.layers.gradients import squared_gradient_norms


def r1_penalty(discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """||grad D(x)||_2^2 / 2; (N, C, H, W), (N, C, H, W), (N, 0) -> (N,).

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        real: Real images (N, C, H, W).
        fake: Not looked at (N, C, H, W).
        noise: Not looked at (N, 0).

    Returns:
        Penalties (N,), before their weight.

    References:
        Mescheder et al. 2018, arXiv:1801.04406, equation 9.
    """
    return 0.5 * squared_gradient_norms(discriminator, real)


R1 = Penalty(
    name="r1",
    function=r1_penalty,
    citation="Mescheder et al. 2018, arXiv:1801.04406, equation 9",
    weight=10.0,
    limits="Its best weight grows with the number of pixels; it flattens the discriminator and so slows the generator.",
    slope=0.0,
)
