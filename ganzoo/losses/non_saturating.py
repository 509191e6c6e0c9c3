"""The non-saturating objective, with or without one-sided label smoothing."""

from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.variant import Loss


def non_saturating_discriminator(real_logits: Tensor, fake_logits: Tensor, *, real_label: float = 1.0) -> Tensor:
    """Binary cross-entropy, -(a log D(x) + (1 - a) log(1 - D(x)) + log(1 - D(G(z)))); (N,), (N,) -> (N,).

    Args:
        real_logits: Logits on real images (N,).
        fake_logits: Logits on generated images (N,).
        real_label: a, in (0, 1]; below 1 it is one-sided label smoothing (Salimans et al. 2016, section 3.4).
    """
    return softplus(-real_logits) + (1 - real_label) * real_logits + softplus(fake_logits)


def non_saturating_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log D(G(z)); (N,), (N,) -> (N,)."""
    return softplus(-fake_logits)


NON_SATURATING = Loss(
    name="non-saturating",
    discriminator=non_saturating_discriminator,
    generator=non_saturating_generator,
    reference="Goodfellow et al. 2014, arXiv:1406.2661, section 3",
    output=torch.sigmoid,
)
NON_SATURATING_SMOOTH = Loss(
    name="non-saturating-smooth",
    discriminator=partial(non_saturating_discriminator, real_label=0.9),
    generator=non_saturating_generator,
    reference="Goodfellow et al. 2014, section 3, real label 0.9 of Salimans et al. 2016, arXiv:1606.03498",
    output=torch.sigmoid,
)
