"""The networks of one hidden layer."""

import pytest
import torch
from torch import nn

from ganzoo.architectures.shallow import SHALLOW
from ganzoo.layers.affine import Affine


def test_layers() -> None:
    generator, discriminator = SHALLOW.generator(100, 1, 28), SHALLOW.discriminator(1, 28)
    kinds = [type(layer) for layer in generator]
    assert kinds == [nn.Linear, nn.Tanh, nn.Linear, nn.Sigmoid, Affine, nn.Unflatten]
    assert [type(layer) for layer in discriminator] == [Affine, nn.Flatten, nn.Linear, nn.Tanh, nn.Linear, nn.Flatten]
    assert [tuple(layer.weight.shape) for layer in (generator[0], generator[2])] == [(128, 100), (784, 128)]
    assert [tuple(layer.weight.shape) for layer in (discriminator[2], discriminator[4])] == [(128, 784), (1, 128)]


@pytest.mark.parametrize(
    ("channels", "resolution", "generator", "discriminator"),
    [
        # 100*128+128 + 128*784+784; 784*128+128 + 128+1
        (1, 28, 12_928 + 101_136, 100_480 + 129),
        # 100*128+128 + 128*3072+3072; 3072*128+128 + 128+1
        (3, 32, 12_928 + 396_288, 393_344 + 129),
    ],
)
def test_parameter_counts(channels: int, resolution: int, generator: int, discriminator: int) -> None:
    players = SHALLOW.generator(100, channels, resolution), SHALLOW.discriminator(channels, resolution)
    counts = [sum(parameter.numel() for parameter in player.parameters()) for player in players]
    assert counts == [generator, discriminator]


def test_generator_is_a_sigmoid_brought_to_the_common_range() -> None:
    """2 sigmoid(x) - 1 = tanh(x / 2)."""
    generator, latents = SHALLOW.generator(100, 1, 8), torch.randn(5, 100)
    before = generator[2](generator[1](generator[0](latents)))
    torch.testing.assert_close(generator(latents), (before / 2).tanh().reshape(5, 1, 8, 8), rtol=1e-5, atol=1e-6)


def test_discriminator_sees_pixels_from_zero_to_one() -> None:
    discriminator, images = SHALLOW.discriminator(1, 8), torch.rand(5, 1, 8, 8) * 2 - 1
    hidden = ((images.flatten(1) + 1) / 2 @ discriminator[2].weight.T + discriminator[2].bias).tanh()
    expected = (hidden @ discriminator[4].weight.T + discriminator[4].bias).squeeze(1)
    torch.testing.assert_close(discriminator(images), expected)


@pytest.mark.parametrize("layer", [0, 2])
def test_starts_truncated_with_biases_of_a_tenth(layer: int) -> None:
    linear = SHALLOW.generator(100, 1, 28)[layer]
    assert linear.weight.abs().max().item() <= 0.2
    assert linear.weight.std().item() == pytest.approx(0.08796, rel=0.02)
    assert linear.bias.unique().tolist() == pytest.approx([0.1])


def test_takes_every_side_from_8_to_128() -> None:
    assert SHALLOW.resolutions == tuple(range(8, 129))
