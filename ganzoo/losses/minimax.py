"""The original, saturating objective: both players share one value function."""

import torch
from torch import Tensor

# Not softplus: torch's is the identity above 20, which is wrong by 2e-9 there in float64.
from torch.nn.functional import logsigmoid

from ganzoo.components import Loss


def minimax_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-(log D(x) + log(1 - D(G(z)))) with D = sigmoid(logits); (N,), (N,) -> (N,)."""
    return -logsigmoid(real_logits) - logsigmoid(-fake_logits)


def minimax_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """log(1 - D(G(z))), whose gradient vanishes where D is sure; (N,), (N,) -> (N,)."""
    return logsigmoid(-fake_logits)


MINIMAX = Loss(
    name="minimax",
    discriminator=minimax_discriminator,
    generator=minimax_generator,
    citation="Goodfellow et al. 2014, arXiv:1406.2661, equation 1",
    limits="The generator's gradient vanishes where the discriminator is sure, as it is early in training.",
    output=torch.sigmoid,
)
