"""The non-saturating objective, with or without one-sided label smoothing."""

from functools import partial

import torch
from torch import Tensor

# Not softplus: torch's is the identity above 20, which is wrong by 2e-9 there in float64.
from torch.nn.functional import logsigmoid

from ganzoo.components import Loss
from ganzoo.layers.lecam import lecam
from ganzoo.layers.slicing import san


def non_saturating_discriminator(real_logits: Tensor, fake_logits: Tensor, *, real_label: float = 1.0) -> Tensor:
    """Binary cross-entropy, -(a log D(x) + (1 - a) log(1 - D(x)) + log(1 - D(G(z)))); (N,), (N,) -> (N,).

    Args:
        real_logits: Logits on real images (N,).
        fake_logits: Logits on generated images (N,).
        real_label: a, in (0, 1]; below 1 it is one-sided label smoothing (Salimans et al. 2016, section 3.4).
    """
    on_real = real_label * logsigmoid(real_logits) + (1 - real_label) * logsigmoid(-real_logits)
    return -on_real - logsigmoid(-fake_logits)


def non_saturating_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log D(G(z)); (N,), (N,) -> (N,)."""
    return -logsigmoid(fake_logits)


NON_SATURATING = Loss(
    name="non-saturating",
    discriminator=non_saturating_discriminator,
    generator=non_saturating_generator,
    citation="Goodfellow et al. 2014, arXiv:1406.2661, section 3",
    limits="Without R1, R2 or noise on the images the players circle around the optimum (Mescheder et al. 2018).",
    output=torch.sigmoid,
)
NON_SATURATING_SMOOTH = Loss(
    name="non-saturating-smooth",
    discriminator=partial(non_saturating_discriminator, real_label=0.9),
    generator=non_saturating_generator,
    citation="Salimans et al. 2016, arXiv:1606.03498, section 3.4, real label 0.9",
    limits="D(x) is at best 0.9 p / (p + q): on real images it tends to 0.9, not to 1.",
    output=torch.sigmoid,
)
NON_SATURATING_LECAM = lecam(NON_SATURATING)


def _slope(logits: Tensor) -> Tensor:
    """1 - D, by which -log D falls in a logit; (N,) -> (N,)."""
    return torch.sigmoid(-logits)


NON_SATURATING_SAN = san(NON_SATURATING, slope=_slope)
