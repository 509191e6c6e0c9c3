"""The networks of the spectral normalisation paper: its table, layer by layer, and their smaller and larger kin."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, conv2d, conv_transpose2d, leaky_relu, relu

from ganzoo.architectures.sndcgan import SNDCGAN, widths
from ganzoo.constraints.spectral_normalisation import initial_vectors, spectrally_normalise


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def convolutions(module: nn.Module) -> list[tuple[int, int, int]]:
    """(Channels out, side of the kernel, stride) of each convolution."""
    kinds = nn.Conv2d | nn.ConvTranspose2d
    layers = [layer for layer in module.modules() if isinstance(layer, kinds)]
    return [(layer.out_channels, layer.kernel_size[0], layer.stride[0]) for layer in layers]


def test_layers_at_32_pixels_are_those_of_table_3() -> None:
    generator, discriminator = SNDCGAN.generator(128, 3, 32), SNDCGAN.discriminator(3, 32)
    assert tuple(generator[:2](torch.zeros(1, 128)).shape) == (1, 512, 4, 4)
    assert convolutions(generator) == [(256, 4, 2), (128, 4, 2), (64, 4, 2), (3, 3, 1)]
    assert convolutions(discriminator) == [
        *((64, 3, 1), (64, 4, 2), (128, 3, 1), (128, 4, 2), (256, 3, 1), (256, 4, 2)),
        (512, 3, 1),
    ]
    assert discriminator[-2].in_features == 512 * 4 * 4
    assert [layer.negative_slope for layer in discriminator if isinstance(layer, nn.LeakyReLU)] == [0.1] * 7
    assert isinstance(generator[-1], nn.Tanh)


def test_parameter_counts_at_32_pixels() -> None:
    # Dense 128*512*4*4, batch norms 2*(512+256+128+64), transposed in*out*4*4, last 64*3*3*3+3
    generator = 1_048_576 + 1_920 + 2_097_152 + 524_288 + 131_072 + 1_731
    # Each in*out*k*k + out: 3x3 3-64, 4x4 64-64, 3x3 64-128, 4x4 128-128, 3x3 128-256, 4x4 256-256, 3x3 256-512; 8192+1
    discriminator = 1_792 + 65_600 + 73_856 + 262_272 + 295_168 + 1_048_832 + 1_180_160 + 8_193
    assert parameters(SNDCGAN.generator(128, 3, 32)) == generator
    assert parameters(SNDCGAN.discriminator(3, 32)) == discriminator


@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        (8, [16, 32]),
        (14, [28, 56]),
        (16, [32, 64, 128]),
        (28, [56, 112, 224]),
        (32, [64, 128, 256, 512]),
        (48, [64, 128, 256, 512]),
        (64, [64, 128, 256, 512, 512]),
        (128, [64, 128, 256, 512, 512, 512]),
    ],
)
def test_widths(resolution: int, expected: list[int]) -> None:
    assert widths(resolution) == expected


def test_no_discriminator_normalises_and_no_bias_is_idle() -> None:
    generator, discriminator = SNDCGAN.generator(128, 1, 16), SNDCGAN.discriminator(1, 16)
    assert not [layer for layer in discriminator.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert [layer.num_features for layer in generator if isinstance(layer, nn.BatchNorm2d)] == [128, 64, 32]
    assert [layer.bias is None for layer in generator if isinstance(layer, nn.Linear | nn.ConvTranspose2d)] == [
        True
    ] * 3
    assert generator[-2].bias is not None


def test_generator_by_hand() -> None:
    generator, latents = SNDCGAN.generator(128, 3, 8).double(), torch.randn(5, 128, dtype=torch.float64)

    def normalised(features: Tensor) -> Tensor:
        return relu(batch_norm(features, None, None, training=True))

    features = normalised((latents @ generator[0].weight.T).reshape(5, 32, 4, 4))
    features = normalised(conv_transpose2d(features, generator[4].weight, stride=2, padding=1))
    images = conv2d(features, generator[7].weight, generator[7].bias, padding=1).tanh()
    torch.testing.assert_close(generator(latents), images)


def test_discriminator_by_hand() -> None:
    discriminator, features = SNDCGAN.discriminator(3, 8).double(), torch.randn(5, 3, 8, 8, dtype=torch.float64)
    expected = features
    for layer, stride in ((discriminator[0], 1), (discriminator[2], 2), (discriminator[4], 1)):
        expected = leaky_relu(conv2d(expected, layer.weight, layer.bias, stride=stride, padding=1), 0.1)
    expected = expected.flatten(1) @ discriminator[-2].weight[0] + discriminator[-2].bias
    torch.testing.assert_close(discriminator(features), expected)


def test_starts_normal_with_batch_norm_at_one() -> None:
    generator, discriminator = SNDCGAN.generator(128, 3, 32), SNDCGAN.discriminator(3, 32)
    for layer in (generator[0], generator[4], discriminator[2], discriminator[12]):
        assert layer.weight.std().item() == pytest.approx(0.02, rel=0.02)
    assert generator[2].weight.unique().tolist() == [1.0]


def test_spectral_normalisation_holds_its_slope() -> None:
    """18 bounds it on 8x8 pixels: 3 for each 3x3 convolution and 2 for the strided 4x4, once all weights have norm 1.

    A convolution's norm is at most its weight's, seen as a matrix, times the root of how many windows see a pixel:
    9 of 3x3, and 4 of 4x4 with stride 2.
    """
    discriminator = SNDCGAN.discriminator(1, 8).double()
    weights = {name: parameter.detach() for name, parameter in discriminator.named_parameters()}
    state = initial_vectors(weights, torch.Generator().manual_seed(0))
    for _ in range(100):
        normalised, state = spectrally_normalise(weights, state)
    one, other = torch.randn(2, 200, 1, 8, 8, dtype=torch.float64)
    logits = [torch.func.functional_call(discriminator, normalised, (images,)) for images in (one, other)]
    slopes = (logits[0] - logits[1]).abs() / (one - other).flatten(1).norm(dim=1)
    assert 0 < slopes.max().item() <= 3 * 2 * 3
