"""The networks of "Are GANs Created Equal?": counts, formulas, and the autoencoder's error."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, conv2d, conv_transpose2d, leaky_relu, linear

from ganzoo.architectures.infogan import INFOGAN, INFOGAN_AUTOENCODER, INFOGAN_PLAIN, shrunk
from ganzoo.components import Architecture

ALL = [INFOGAN, INFOGAN_PLAIN, INFOGAN_AUTOENCODER]


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_parameter_counts_on_mnist() -> None:
    # Dense 64*1024 and 1024*128*7*7, batch norms 2*(1024 + 6272 + 64), transposed 128*64*4*4 and 64*1*4*4+1
    generator = 65_536 + 6_422_528 + 14_720 + 131_072 + 1_025
    assert [parameters(architecture.generator(64, 1, 28)) for architecture in ALL] == [generator] * 3
    # 1*64*4*4+64, 64*128*4*4, 6272*1024, 1024+1; and batch norms 2*(128 + 1024), or as many biases
    layers = 1_088 + 131_072 + 6_422_528 + 1_025
    assert parameters(INFOGAN.discriminator(1, 28)) == layers + 2_304
    assert parameters(INFOGAN_PLAIN.discriminator(1, 28)) == layers + 1_152
    # 1_088, 64*128*4*4, 6272*64; 64*6272, 128*64*4*4, 1_025; and batch norms 2*(128 + 64 + 6272 + 64)
    autoencoder = 1_088 + 131_072 + 401_408 + 401_408 + 131_072 + 1_025 + 13_056
    assert parameters(INFOGAN_AUTOENCODER.discriminator(1, 28)) == autoencoder


def test_parameter_counts_on_cifar_are_those_in_the_authors_code() -> None:
    """Its comment on BEGAN: "1.3M vs 8.5M"."""
    assert parameters(INFOGAN_AUTOENCODER.discriminator(3, 32)) == 1_333_827
    assert parameters(INFOGAN_PLAIN.discriminator(3, 32)) == 8_524_993


@pytest.mark.parametrize(("resolution", "expected"), [(8, 16), (12, 24), (24, 48), (28, 64), (64, 64), (128, 64)])
def test_widths_below_28_pixels_shrink_with_the_side(resolution: int, expected: int) -> None:
    assert shrunk(64, resolution) == expected
    with torch.device("meta"):
        assert INFOGAN.generator(64, 1, resolution)[-3].in_channels == expected


@pytest.mark.parametrize("architecture", ALL)
@pytest.mark.parametrize("resolution", [4, 10, 14, 27, 132])
def test_refuses_other_sides_in_one_line(architecture: Architecture, resolution: int) -> None:
    expected = f"^resolution {resolution}: must be a multiple of 4 from 8 to 128$"
    with pytest.raises(ValueError, match=expected):
        architecture.generator(64, 1, resolution)
    with pytest.raises(ValueError, match=expected):
        architecture.discriminator(1, resolution)


def test_takes_multiples_of_four() -> None:
    assert {architecture.resolutions for architecture in ALL} == {tuple(range(8, 129, 4))}


def weights(module: nn.Module) -> list[nn.Module]:
    return [layer for layer in module.modules() if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)]


def normalised(features: Tensor) -> Tensor:
    return leaky_relu(batch_norm(features, None, None, training=True), 0.2)


def test_generator_by_hand() -> None:
    """2 sigmoid(x) - 1 = tanh(x / 2)."""
    generator, latents = INFOGAN.generator(64, 3, 8).double(), torch.randn(5, 64, dtype=torch.float64)
    first, second, third, last = weights(generator)
    features = normalised(linear(normalised(linear(latents, first.weight)), second.weight))
    features = normalised(conv_transpose2d(features.reshape(5, 32, 2, 2), third.weight, stride=2, padding=1))
    images = (conv_transpose2d(features, last.weight, last.bias, stride=2, padding=1) / 2).tanh()
    torch.testing.assert_close(generator(latents), images)


@pytest.mark.parametrize("architecture", [INFOGAN, INFOGAN_PLAIN])
def test_discriminator_by_hand(architecture: Architecture) -> None:
    discriminator = architecture.discriminator(3, 8).double()
    images = torch.rand(5, 3, 8, 8, dtype=torch.float64) * 2 - 1
    first, second, third, last = weights(discriminator)
    activation = normalised if architecture is INFOGAN else lambda features: leaky_relu(features, 0.2)
    features = leaky_relu(conv2d((images + 1) / 2, first.weight, first.bias, stride=2, padding=1), 0.2)
    features = activation(conv2d(features, second.weight, second.bias, stride=2, padding=1)).flatten(1)
    logits = linear(activation(linear(features, third.weight, third.bias)), last.weight, last.bias)[:, 0]
    torch.testing.assert_close(discriminator(images), logits)


def test_autoencoder_error_by_hand() -> None:
    discriminator = INFOGAN_AUTOENCODER.discriminator(3, 8).double()
    images = torch.rand(5, 3, 8, 8, dtype=torch.float64) * 2 - 1
    first, second, third, fourth, fifth, last = weights(discriminator)
    features = leaky_relu(conv2d((images + 1) / 2, first.weight, first.bias, stride=2, padding=1), 0.2)
    features = normalised(conv2d(features, second.weight, stride=2, padding=1)).flatten(1)
    code = normalised(linear(features, third.weight))
    features = normalised(linear(code, fourth.weight)).reshape(5, 32, 2, 2)
    features = normalised(conv_transpose2d(features, fifth.weight, stride=2, padding=1))
    pixels = conv_transpose2d(features, last.weight, last.bias, stride=2, padding=1).sigmoid()
    error = (images - (2 * pixels - 1)).abs().sum((1, 2, 3)) / (3 * 8 * 8)
    assert code.shape == (5, 16)
    torch.testing.assert_close(discriminator(images), -error)


@pytest.mark.parametrize(
    ("bias", "pixel", "logit"), [(0.0, 1.0, -1.0), (0.0, -0.5, -0.5), (50.0, -1.0, -2.0), (50.0, 1.0, 0.0)]
)
def test_autoencoder_that_paints_one_grey(bias: float, pixel: float, logit: float) -> None:
    """A last layer of biases alone reconstructs grey (0) or white (1), whatever it is shown."""
    discriminator = INFOGAN_AUTOENCODER.discriminator(1, 8)
    last = weights(discriminator)[-1]
    nn.init.zeros_(last.weight)
    nn.init.constant_(last.bias, bias)
    assert discriminator(torch.full((2, 1, 8, 8), pixel)).tolist() == pytest.approx([logit, logit])


def test_autoencoder_learns_to_reconstruct() -> None:
    """Ascending its own logits on four images of noise, it soon tells them apart; their median would be off by 0.7."""
    discriminator, images = INFOGAN_AUTOENCODER.discriminator(1, 8), (torch.rand(4, 1, 8, 8) > 0.5).float() * 2 - 1
    optimiser = torch.optim.Adam(discriminator.parameters(), 1e-3)
    before = discriminator(images).mean().item()
    for _ in range(200):
        optimiser.zero_grad()
        (-discriminator(images).mean()).backward()
        optimiser.step()
    assert before < -0.7
    assert discriminator(images).mean().item() > -0.3


def test_starts_normal_with_batch_norm_at_one() -> None:
    generator, discriminator = INFOGAN.generator(64, 1, 28), INFOGAN.discriminator(1, 28)
    large = [
        layer for player in (generator, discriminator) for layer in weights(player) if layer.weight.numel() > 60_000
    ]
    assert len(large) == 5
    for layer in large:
        assert layer.weight.std().item() == pytest.approx(0.02, rel=0.02)
    norms = [layer for layer in generator if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert [layer.num_features for layer in norms] == [1024, 6272, 64]
    assert all(layer.weight.unique().tolist() == [1.0] for layer in norms)
