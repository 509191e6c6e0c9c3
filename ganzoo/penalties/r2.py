"""R2: small gradients on generated images."""

from torch import Tensor

from ganzoo.components import Critic, Penalty
from ganzoo.layers.gradients import squared_gradient_norms


def r2_penalty(discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    """||grad D(G(z))||_2^2 / 2; (N, C, H, W), (N, C, H, W), (N, 0) -> (N,).

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,), each logit a function of its own image alone.
        real: Not looked at (N, C, H, W).
        fake: Generated images (N, C, H, W).
        noise: Not looked at (N, 0).

    Returns:
        Penalties (N,), before their weight.

    References:
        Mescheder et al. 2018, arXiv:1801.04406, equation 10.
    """
    return 0.5 * squared_gradient_norms(discriminator, fake)


R2 = Penalty(
    name="r2",
    function=r2_penalty,
    citation="Mescheder et al. 2018, arXiv:1801.04406, equation 10",
    weight=10.0,
    limits="Its best weight grows with the number of pixels; early on it holds slopes where no real image is near.",
    slope=0.0,
)
