"""Residual blocks, against the papers' order of operations written out with functions."""

from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, batch_norm, conv2d, relu

from ganzoo.layers.conditional_batch_norm import ConditionalBatchNorm2d
from ganzoo.layers.residual import DownBlock, FirstDownBlock, FlatBlock, UpBlock

BLOCKS = [UpBlock(64, 96, nn.BatchNorm2d), DownBlock(64, 96), FirstDownBlock(64, 96), FlatBlock(64, 96)]
every_block = pytest.mark.parametrize("block", BLOCKS, ids=[type(block).__name__ for block in BLOCKS])


def features(channels: int) -> Tensor:
    return torch.randn(5, channels, 6, 6, dtype=torch.float64)


def moved(block: nn.Module) -> nn.Module:
    """With every number of its own, biases and norms too."""
    with torch.no_grad():
        for parameter in block.double().parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return block


def doubled(images: Tensor) -> Tensor:
    return images.repeat_interleave(2, 2).repeat_interleave(2, 3)


def convolved(images: Tensor, layer: nn.Conv2d) -> Tensor:
    return conv2d(images, layer.weight, layer.bias, padding=layer.weight.shape[-1] // 2)


def normalised(images: Tensor, layer: nn.BatchNorm2d) -> Tensor:
    return batch_norm(images, None, None, layer.weight, layer.bias, training=True)


def test_up_block_by_hand() -> None:
    block, inputs = moved(UpBlock(4, 7, nn.BatchNorm2d)), features(4)
    hidden = convolved(doubled(relu(normalised(inputs, block.first_norm))), block.first)
    residual = convolved(relu(normalised(hidden, block.second_norm)), block.second)
    torch.testing.assert_close(block(inputs), residual + convolved(doubled(inputs), block.shortcut))


def test_up_block_hands_labels_to_both_norms() -> None:
    block = moved(UpBlock(4, 7, partial(ConditionalBatchNorm2d, classes=3)))
    inputs, labels = features(4), torch.tensor([0, 1, 2, 0, 1])
    hidden = convolved(doubled(relu(block.first_norm(inputs, labels))), block.first)
    residual = convolved(relu(block.second_norm(hidden, labels)), block.second)
    torch.testing.assert_close(block(inputs, labels), residual + convolved(doubled(inputs), block.shortcut))


def test_down_block_by_hand() -> None:
    block, inputs = moved(DownBlock(4, 7)), features(4)
    residual = convolved(relu(convolved(relu(inputs), block.first)), block.second)
    expected = avg_pool2d(residual, 2) + avg_pool2d(convolved(inputs, block.shortcut), 2)
    torch.testing.assert_close(block(inputs), expected)
    assert (block.first.out_channels, block.second.out_channels) == (4, 7)


def test_first_down_block_by_hand() -> None:
    block, images = moved(FirstDownBlock(3, 7)), features(3)
    residual = convolved(relu(convolved(images, block.first)), block.second)
    torch.testing.assert_close(
        block(images), avg_pool2d(residual, 2) + convolved(avg_pool2d(images, 2), block.shortcut)
    )
    assert (block.first.out_channels, block.second.out_channels) == (7, 7)


@pytest.mark.parametrize("after", [4, 7])
def test_flat_block_by_hand(after: int) -> None:
    block, inputs = moved(FlatBlock(4, after)), features(4)
    residual = convolved(relu(convolved(relu(inputs), block.first)), block.second)
    kept = inputs if after == 4 else convolved(inputs, block.shortcut)
    torch.testing.assert_close(block(inputs), residual + kept)


@every_block
def test_starts_glorot_uniform_with_more_on_the_residual_path(block: nn.Module) -> None:
    for layer in (layer for layer in block.modules() if isinstance(layer, nn.Conv2d)):
        area = layer.weight[0, 0].numel()
        gain = 2 if area == 9 else 1
        bound = (6 * gain / (area * (layer.in_channels + layer.out_channels))) ** 0.5
        assert 0.995 * bound < layer.weight.abs().max().item() <= bound
        assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.03)
        assert layer.bias is None or not layer.bias.any()


@every_block
def test_a_bias_stands_where_no_batch_norm_cancels_it(block: nn.Module) -> None:
    biases = [layer.bias is not None for layer in block.modules() if isinstance(layer, nn.Conv2d)]
    assert biases == [not isinstance(block, UpBlock)] * 3
