"""Two normal distributions that differ in their means: SAN's last layer turns to where they are furthest apart.

Takida et al. 2024, arXiv:2301.12811, proposition 4.3: for a generator's objective that is linear in logits the optimal
direction maximises the distance of the projected means, so it is their difference. The usual objective, which trains
direction and features at once, prefers the direction in which a threshold tells the kinds apart.
"""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from ganzoo.components import Loss
from ganzoo.layers.slicing import unit
from ganzoo.losses import HINGE_SAN, NON_SATURATING_SAN, WASSERSTEIN_SAN

DIFFERENCE = torch.tensor([1.2, 0.9], dtype=torch.float64)
WIDE = torch.tensor([2.0, 0.3], dtype=torch.float64)


def samples(deviations: Tensor) -> Tensor:
    """Points (2000, 2) around 0, in pairs on either side, so that their mean is 0."""
    drawn = deviations * torch.randn(1000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    return torch.cat([drawn, -drawn])


def trained(objective: Callable[[Tensor, Tensor], Tensor], deviations: Tensor) -> Tensor:
    """The direction (2,) after it has gone downhill on the projected samples from one at a right angle."""
    fake = samples(deviations)
    weight = torch.tensor([[-0.9, 1.2]], dtype=torch.float64, requires_grad=True)
    descent = torch.optim.Adam([weight], lr=0.02)
    for _ in range(600):
        descent.zero_grad()
        direction = unit(weight)[0]
        objective((fake + DIFFERENCE) @ direction, fake @ direction).mean().backward()  # type: ignore[no-untyped-call]
        descent.step()
    return unit(weight.detach())[0]


def far_from(direction: Tensor, expected: Tensor) -> float:
    """Their distance, as unit vectors."""
    return (direction - expected / expected.norm()).norm().item()


@pytest.mark.parametrize("loss", [HINGE_SAN, WASSERSTEIN_SAN], ids=lambda loss: loss.name)
@pytest.mark.parametrize("deviations", [WIDE, torch.ones_like(WIDE)], ids=["wide", "round"])
def test_the_direction_is_the_difference_of_the_means(loss: Loss, deviations: Tensor) -> None:
    assert loss.direction is not None
    assert far_from(trained(loss.direction, deviations), DIFFERENCE) < 0.02


def test_tilted_round_distributions_differ_in_the_same_direction() -> None:
    assert NON_SATURATING_SAN.direction is not None
    assert far_from(trained(NON_SATURATING_SAN.direction, torch.ones_like(WIDE)), DIFFERENCE) < 0.02


def test_the_loss_itself_would_turn_to_where_the_spread_is_small() -> None:
    assert far_from(trained(HINGE_SAN.discriminator, WIDE), DIFFERENCE) > 0.2
