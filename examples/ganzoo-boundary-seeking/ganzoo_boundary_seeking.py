"""The boundary-seeking loss: the generator aims at the discriminator's decision boundary, not beyond it."""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.components import Loss
from ganzoo.registry import VARIANTS


def boundary_seeking_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-(log D(x) + log(1 - D(G(z)))) with D = sigmoid(logits); (N,), (N,) -> (N,)."""
    return softplus(-real_logits) + softplus(fake_logits)


def boundary_seeking_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """(log D(G(z)) - log(1 - D(G(z))))^2 / 2, which is half the squared logit; (N,), (N,) -> (N,)."""
    return 0.5 * fake_logits.square()


BOUNDARY_SEEKING = Loss(
    name="boundary-seeking",
    discriminator=boundary_seeking_discriminator,
    generator=boundary_seeking_generator,
    citation="Hjelm et al. 2018, arXiv:1702.08431, section on continuous variables",
    limits="The generator's gradient grows with the logit: a discriminator that is far ahead makes it jump.",
    output=torch.sigmoid,
)
DCGAN_BOUNDARY_SEEKING = replace(
    VARIANTS["dcgan"],
    name="dcgan-boundary-seeking",
    loss=BOUNDARY_SEEKING,
    citation="Hjelm et al. 2018, arXiv:1702.08431 (networks and settings of Radford et al. 2016, arXiv:1511.06434)",
)
