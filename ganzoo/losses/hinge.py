"""The hinge loss: the discriminator stops pushing once a margin of 1 is reached."""

from torch import Tensor
from torch.nn.functional import relu

from ganzoo.components import Loss
from ganzoo.layers.lecam import lecam
from ganzoo.layers.slicing import san


def hinge_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """max(0, 1 - D(x)) + max(0, 1 + D(G(z))); (N,), (N,) -> (N,)."""
    return relu(1 - real_logits) + relu(1 + fake_logits)


def hinge_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-D(G(z)); (N,), (N,) -> (N,)."""
    return -fake_logits


HINGE = Loss(
    name="hinge",
    discriminator=hinge_discriminator,
    generator=hinge_generator,
    citation="Lim and Ye 2017, arXiv:1705.02894, section 3; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17",
    limits="The discriminator learns nothing from images beyond the margin; its optimum keeps the sign of p - q alone.",
    signed=False,
)
HINGE_LECAM = lecam(HINGE)
HINGE_SAN = san(HINGE)
