"""The original, saturating objective: both players share one value function."""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.variant import Loss


def minimax_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-(log D(x) + log(1 - D(G(z)))) with D = sigmoid(logits); (N,), (N,) -> (N,)."""
    return softplus(-real_logits) + softplus(fake_logits)


def minimax_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """log(1 - D(G(z))), whose gradient vanishes where D is sure; (N,), (N,) -> (N,)."""
    return -softplus(fake_logits)


MINIMAX = Loss(
    name="minimax",
    discriminator=minimax_discriminator,
    generator=minimax_generator,
    reference="Goodfellow et al. 2014, arXiv:1406.2661, equation 1",
    output=torch.sigmoid,
)
