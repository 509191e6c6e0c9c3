"""The Wasserstein distance's dual; the discriminator is a critic and its logits are not probabilities."""

from torch import Tensor

from ganzoo.components import Loss
from ganzoo.layers.lecam import lecam
from ganzoo.layers.slicing import san


def wasserstein_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """D(G(z)) - D(x), so that minimising it maximises E[D(x)] - E[D(G(z))]; (N,), (N,) -> (N,)."""
    return fake_logits - real_logits


def wasserstein_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-D(G(z)); (N,), (N,) -> (N,)."""
    return -fake_logits


WASSERSTEIN = Loss(
    name="wasserstein",
    discriminator=wasserstein_discriminator,
    generator=wasserstein_generator,
    citation="Arjovsky et al. 2017, arXiv:1701.07875, equation 3",
    limits="Its optimum is infinite unless a penalty or a constraint bounds the discriminator's slope.",
    unbounded=True,
    signed=False,
    defaults={"n_critic": 5, "beta1": 0.0, "beta2": 0.9},
)
WASSERSTEIN_LECAM = lecam(WASSERSTEIN)
WASSERSTEIN_SAN = san(WASSERSTEIN)
