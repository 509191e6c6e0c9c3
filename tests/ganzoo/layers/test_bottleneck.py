"""R3GAN's block, against its formula, and its start."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, leaky_relu

from ganzoo.layers.bottleneck import Bottleneck


def test_starts_as_the_identity() -> None:
    block, features = Bottleneck(16, 4), torch.randn(3, 16, 5, 5)
    assert torch.equal(block(features), features)
    assert not block.contract.weight.any()


def test_by_hand() -> None:
    """x + W3 leaky(W2 * leaky(W1 x + b1) + b2), where W2 sees the 32 inner channels in two groups."""
    block, features = Bottleneck(16, 4).double(), torch.randn(3, 16, 5, 5, dtype=torch.float64)
    for parameter in block.parameters():
        nn.init.normal_(parameter, 0.0, 0.3)
    inner = torch.einsum("oi,nihw->nohw", block.expand.weight[:, :, 0, 0], features)
    inner = leaky_relu(inner + block.expand.bias[:, None, None], 0.2)
    halves = [
        conv2d(inner[:, rows], block.mix.weight[rows], block.mix.bias[rows], padding=1)
        for rows in (slice(0, 16), slice(16, 32))
    ]
    inner = leaky_relu(torch.cat(halves, 1), 0.2)
    expected = features + torch.einsum("oi,nihw->nohw", block.contract.weight[:, :, 0, 0], inner)
    torch.testing.assert_close(block(features), expected)


@pytest.mark.parametrize("blocks", [1, 4, 16])
def test_starts_with_deviations_scaled_by_depth(blocks: int) -> None:
    """sqrt(2 / 1.04 / fan in) / blocks^(1/4), with a fan in of 128 and 16 * 9."""
    block = Bottleneck(128, blocks)
    gain = (2 / 1.04) ** 0.5 / {1: 1.0, 4: 2**0.5, 16: 2.0}[blocks]
    assert block.expand.weight.std().item() == pytest.approx(gain / 128**0.5, rel=0.02)
    assert block.mix.weight.std().item() == pytest.approx(gain / 144**0.5, rel=0.02)
    assert not block.expand.bias.any()
    assert not block.mix.bias.any()


def test_keeps_the_size_of_what_passes_its_two_convolutions() -> None:
    """With one block the second activation is as large, in the mean square, as the input: He's initialisation."""
    block, features = Bottleneck(256, 1), torch.randn(8, 256, 12, 12)
    with torch.no_grad():
        first = leaky_relu(block.expand(features), 0.2)
        second = leaky_relu(block.mix(first), 0.2)[:, :, 1:-1, 1:-1]
    assert first.square().mean().item() == pytest.approx(1.0, rel=0.05)
    assert second.square().mean().item() == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize(("width", "groups"), [(8, 1), (16, 2), (256, 32)])
def test_groups_of_sixteen(width: int, groups: int) -> None:
    block = Bottleneck(width, 4)
    assert (block.expand.out_channels, block.mix.groups) == (2 * width, groups)
    assert tuple(block.mix.weight.shape) == (2 * width, 16, 3, 3)
