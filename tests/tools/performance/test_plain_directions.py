"""SAN as ordinary PyTorch, by hand."""

import math

import pytest
import torch
from torch import nn

from tools.performance.plain_directions import Direction, directed


@pytest.fixture
def discriminator() -> nn.Sequential:
    """Features (2,) are the inputs doubled; the last layer is (3, 4), of length 5, with a bias of 1."""
    module = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 1), nn.Flatten(0))
    with torch.no_grad():
        module[0].weight.copy_(2 * torch.eye(2))
        module[1].weight.copy_(torch.tensor([[3.0, 4.0]]))
        module[1].bias.fill_(1.0)
    return module


def test_the_last_layer_is_a_unit_vector(discriminator: nn.Sequential) -> None:
    Direction(discriminator)
    assert discriminator(torch.tensor([[1.0, 0.5]])).item() == pytest.approx(1.2 + 0.8 + 1, abs=1e-6)


def test_features_and_direction_learn_from_logits_of_their_own(discriminator: nn.Sequential) -> None:
    direction = Direction(discriminator)
    discriminator(torch.tensor([[1.0, 0.5]]))
    features, along = direction.apart()
    assert features.item() == along.item() == pytest.approx(3.0, abs=1e-6)
    weights = discriminator[0].weight, discriminator[1].parametrizations.weight.original, discriminator[1].bias
    found = torch.autograd.grad(features.sum(), weights, allow_unused=True, retain_graph=True)
    assert found[1] is None
    assert found[0].tolist() == [pytest.approx([0.6, 0.3]), pytest.approx([0.8, 0.4])]
    assert found[2].item() == 1
    found = torch.autograd.grad(along.sum(), weights, allow_unused=True)
    assert found[0] is found[2] is None
    # ((2, 1) - 2 (0.6, 0.8)) / 5
    assert found[1][0].tolist() == pytest.approx([0.16, -0.12])


def test_the_distance_of_means_by_hand() -> None:
    real, fake = torch.tensor([0.0, math.log(3)]), torch.tensor([-math.log(3), 0.0])
    assert directed(real, fake, tilted=False).item() == pytest.approx(-math.log(3))
    # Weights 1/2 and 1/4, 3/4 and 1/2: -3/5 log 3 - 1/3 log 3.
    assert directed(real, fake, tilted=True).item() == pytest.approx(-(3 / 5 + 1 / 3) * math.log(3))
