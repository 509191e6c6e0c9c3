"""The convolutional family: sides, counts, batch norm, and the sides that it refuses."""

import pytest
import torch
from torch import nn

from ganzoo.architectures.dcgan import DCGAN, DCGAN_PLAIN
from ganzoo.components import Architecture

both = pytest.mark.parametrize("architecture", [DCGAN, DCGAN_PLAIN], ids=["dcgan", "dcgan-plain"])
TAKEN = {8: 1, 10: 1, 12: 1, 14: 1, 16: 2, 20: 2, 24: 2, 28: 2, 32: 3, 40: 3, 48: 3, 56: 3, 64: 4}
TAKEN |= {80: 4, 96: 4, 112: 4, 128: 5}


def layers(module: nn.Module, kind: type[nn.Module]) -> list[nn.Module]:
    return [layer for layer in module.modules() if isinstance(layer, kind)]


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@both
def test_claims_exactly_what_halving_allows(architecture: Architecture) -> None:
    assert architecture.resolutions == tuple(TAKEN)


@pytest.mark.parametrize("side", [8, 14, 28, 40])
def test_both_players_meet_at_the_base(side: int) -> None:
    base, widest = side // 2 ** TAKEN[side], 32 * 2 ** TAKEN[side]
    generator, discriminator = DCGAN.generator(5, 1, side), DCGAN.discriminator(1, side)
    assert generator[:2](torch.randn(2, 5)).shape == (2, widest, base, base)
    assert discriminator[:-3](torch.randn(2, 1, side, side)).shape == (2, widest, base, base)
    assert discriminator[-2].in_features == widest * base**2


@both
@pytest.mark.parametrize("resolution", [4, 7, 9, 18, 27, 36, 44, 63])
def test_refuses_other_sides_in_one_line(architecture: Architecture, resolution: int) -> None:
    expected = f"resolution {resolution}: must be one of 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112"
    with pytest.raises(ValueError, match=expected):
        architecture.generator(100, 1, resolution)
    with pytest.raises(ValueError, match=expected):
        architecture.discriminator(1, resolution)


@pytest.mark.parametrize(
    ("channels", "resolution", "generator", "normalised", "plain"),
    [
        # G: transposed 100*128*7*7, batch norm 2*128, transposed 128*64*4*4, batch norm 2*64, transposed 64*1*4*4+1
        # D: 1*64*4*4+64, 64*128*4*4 and batch norm 2*128 (or bias 128), 128*7*7+1
        (1, 28, 627_200 + 256 + 131_072 + 128 + 1_025, 1_088 + 131_072 + 256 + 6_273, 1_088 + 131_072 + 128 + 6_273),
        # Without the biases that ours has at both ends these are the 3,576,704 and 2,765,568 of PyTorch's tutorial.
        (3, 64, 3_576_704 + 3, 2_765_568 + 64 + 1, 2_765_568 + 64 + 1 - (128 + 256 + 512)),
    ],
)
def test_parameter_counts(channels: int, resolution: int, generator: int, normalised: int, plain: int) -> None:
    assert parameters(DCGAN.generator(100, channels, resolution)) == generator
    assert parameters(DCGAN_PLAIN.generator(100, channels, resolution)) == generator
    assert parameters(DCGAN.discriminator(channels, resolution)) == normalised
    assert parameters(DCGAN_PLAIN.discriminator(channels, resolution)) == plain


@both
def test_channels_double_away_from_the_image(architecture: Architecture) -> None:
    rising = [layer.out_channels for layer in layers(architecture.discriminator(3, 64), nn.Conv2d)]
    falling = [layer.out_channels for layer in layers(architecture.generator(100, 3, 64), nn.ConvTranspose2d)]
    assert rising == [64, 128, 256, 512]
    assert falling == [256, 128, 64, 3]


def test_the_linear_ends_are_the_convolutions_of_the_paper() -> None:
    generator, latents = DCGAN.generator(100, 1, 28), torch.randn(3, 100)
    projection = nn.ConvTranspose2d(100, 128, 7, bias=False)
    with torch.no_grad():
        projection.weight.copy_(generator[0].weight.T.reshape(100, 128, 7, 7))
    torch.testing.assert_close(generator[:2](latents), projection(latents[:, :, None, None]))
    discriminator, features = DCGAN.discriminator(1, 28), torch.randn(3, 128, 7, 7)
    reading = nn.Conv2d(128, 1, 7)
    with torch.no_grad():
        reading.weight.copy_(discriminator[-2].weight.reshape(1, 128, 7, 7))
        reading.bias.copy_(discriminator[-2].bias)
    torch.testing.assert_close(discriminator[-3:](features), reading(features).flatten())


def test_batch_norm_is_where_it_belongs() -> None:
    normalised = [layer.num_features for layer in layers(DCGAN.discriminator(1, 64), nn.BatchNorm2d)]
    assert normalised == [128, 256, 512]
    assert layers(DCGAN_PLAIN.discriminator(1, 64), nn.BatchNorm2d) == []
    for architecture in (DCGAN, DCGAN_PLAIN):
        in_generator = [layer.num_features for layer in layers(architecture.generator(100, 1, 64), nn.BatchNorm2d)]
        assert in_generator == [512, 256, 128, 64]


def test_a_bias_stands_only_where_no_batch_norm_follows() -> None:
    assert [layer.bias is not None for layer in layers(DCGAN.discriminator(1, 32), nn.Conv2d)] == [
        True,
        False,
        False,
    ]
    assert all(layer.bias is not None for layer in layers(DCGAN_PLAIN.discriminator(1, 32), nn.Conv2d))
    in_generator = layers(DCGAN.generator(100, 1, 32), nn.ConvTranspose2d)
    assert [layer.bias is not None for layer in in_generator] == [False, False, True]


@pytest.mark.parametrize(("architecture", "coupled"), [(DCGAN, True), (DCGAN_PLAIN, False)])
def test_only_batch_norm_couples_the_images_of_a_batch(architecture: Architecture, coupled: bool) -> None:
    discriminator, images = architecture.discriminator(1, 16), torch.rand(4, 1, 16, 16)
    changed = images.clone()
    changed[1:] = -changed[1:]
    first, second = discriminator(images)[0].item(), discriminator(changed)[0].item()
    assert (abs(first - second) > 1e-6) == coupled


def test_activations() -> None:
    slopes = [layer.negative_slope for layer in layers(DCGAN.discriminator(1, 32), nn.LeakyReLU)]
    assert slopes == [0.2, 0.2, 0.2]
    generator = DCGAN.generator(100, 1, 32)
    assert len(layers(generator, nn.ReLU)) == 3
    assert isinstance(generator[-1], nn.Tanh)


@both
def test_starts_with_the_weights_of_the_paper(architecture: Architecture) -> None:
    for module in (architecture.generator(100, 3, 32), architecture.discriminator(3, 32)):
        for layer in module:
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear) and layer.weight.numel() > 10_000:
                assert layer.weight.std().item() == pytest.approx(0.02, rel=0.03)
                assert layer.weight.mean().item() == pytest.approx(0.0, abs=4 * 0.02 / layer.weight.numel() ** 0.5)
