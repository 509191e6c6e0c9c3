"""SAN: the discriminator's last layer is a unit vector, whose direction has an objective of its own."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from ganzoo.components import Loss

CITATION = "Takida et al. 2024, arXiv:2301.12811, section 5"

Slope = Callable[[Tensor], Tensor]


def unit(weight: Tensor) -> Tensor:
    """A last layer's weight (1, F) divided by its length; (1, F) -> (1, F)."""
    return weight / weight.square().sum().sqrt()


def direction_objective(real_logits: Tensor, fake_logits: Tensor, *, slope: Slope) -> Tensor:
    """r(D(G(z))) / mean r(D(G)) D(G(z)) - r(D(x)) / mean r(D) D(x), r held; (N,), (N,) -> (N,).

    Its mean is minus the distance of the two sides' means along the direction, each side tilted by r.

    Args:
        real_logits: Logits on real images (N,).
        fake_logits: Logits on generated images (N,).
        slope: r, how steeply the generator's objective falls in a logit; (N,) -> (N,), positive.
    """
    on_real, on_fake = _shares(slope, real_logits), _shares(slope, fake_logits)
    return on_fake * fake_logits - on_real * real_logits


def _shares(slope: Slope, logits: Tensor) -> Tensor:
    tilted = slope(logits.detach())
    return tilted / tilted.mean()


def san(loss: Loss, slope: Slope = torch.ones_like) -> Loss:
    """A loss without state whose discriminator ends in a unit vector: its name ends in `-san`.

    The features before the last layer are trained by the loss's own objective with the direction held, the direction by
    `direction_objective` with the features held; the generator's objective stays.

    Args:
        loss: Of which both players keep their own objectives.
        slope: Minus the derivative of its generator's objective in a logit; (N,) -> (N,), positive.
    """
    return replace(
        loss,
        name=f"{loss.name}-san",
        direction=partial(direction_objective, slope=slope),
        citation=f"{CITATION}; {loss.citation}",
        limits="The discriminator must end in a linear layer, whose bias is trained with the features. The length of "
        "its weight is divided out; the authors' code writes it back as well, which keeps Adam's steps in proportion.",
    )
