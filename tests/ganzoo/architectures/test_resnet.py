"""The residual networks: the papers' tables, layer by layer, and classes."""

import pytest
import torch
from torch import nn
from torch.nn.functional import batch_norm, conv2d, linear, relu

from ganzoo.architectures.resnet import (
    RESNET,
    RESNET_CONDITIONAL,
    discriminator_widths,
    generator_widths,
)
from ganzoo.constraints.spectral_normalisation import initial_vectors, spectrally_normalise
from ganzoo.layers.conditional_batch_norm import ConditionalBatchNorm2d
from ganzoo.layers.residual import DownBlock, FirstDownBlock, FlatBlock


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def unfilled(channels: int, side: int, classes: int = 0) -> tuple[nn.Module, nn.Module]:
    """Both players without numbers in their weights, which are quick to make."""
    architecture = RESNET_CONDITIONAL if classes else RESNET
    with torch.device("meta"):
        return architecture.networks(128, channels, side, classes)


def test_parameter_counts_at_32_pixels() -> None:
    """Those of table 4, less the biases of 256 that batch norm cancels: three in each of the generator's blocks."""
    generator, discriminator = unfilled(3, 32)
    # Dense 128*4096+4096; blocks of two 256*256*9+256, one 256*256+256, batch norms 2*2*256; batch norm 512; 256*27+3
    with_biases = 528_384 + 3 * (2 * 590_080 + 65_792 + 1_024) + 512 + 6_915
    assert with_biases == 4_276_739
    assert parameters(generator) == with_biases - 3 * 3 * 256
    # First 3*128*9+128, 128*128*9+128, 3*128+128; down 2*147_584, 128*128+128; flat 2*147_584 each; linear 128+1
    assert parameters(discriminator) == (3_584 + 147_584 + 512) + (295_168 + 16_512) + 2 * 295_168 + 129


def test_parameter_counts_with_ten_classes() -> None:
    """Six norms of 256 with ten scales and shifts for one, and an embedding of 10 by 128."""
    plain, conditional = unfilled(3, 32), unfilled(3, 32, classes=10)
    assert parameters(conditional[0]) - parameters(plain[0]) == 6 * 2 * 256 * 9
    assert parameters(conditional[1]) - parameters(plain[1]) == 1_280


@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        (8, [16] * 2),
        (16, [64] * 3),
        (28, [192] * 3),
        (32, [256] * 4),
        (48, [256] * 4),
        (56, [512, 256, 128, 64]),
        (64, [1024, 512, 256, 128, 64]),
        (128, [1024, 1024, 512, 256, 128, 64]),
    ],
)
def test_generator_widths(resolution: int, expected: list[int]) -> None:
    assert generator_widths(resolution) == expected
    blocks = unfilled(1, resolution)[0].blocks
    assert [block.first.in_channels for block in blocks] == expected[:-1]
    assert [block.first.out_channels for block in blocks] == expected[1:]


@pytest.mark.parametrize(
    ("resolution", "halved", "flat"),
    [
        (8, [8], [8]),
        (16, [32] * 2, [32] * 2),
        (28, [96] * 2, [96] * 2),
        (32, [128] * 2, [128] * 2),
        (48, [128] * 2, [128] * 2),
        (56, [64, 128, 256], [512]),
        (64, [64, 128, 256, 512], [1024]),
        (128, [64, 128, 256, 512, 1024], [1024]),
    ],
)
def test_discriminator_widths(resolution: int, halved: list[int], flat: list[int]) -> None:
    assert discriminator_widths(resolution) == (halved, flat)
    body = list(unfilled(1, resolution)[1].body)
    assert [type(block) for block in body] == [
        FirstDownBlock,
        *[DownBlock] * (len(halved) - 1),
        *[FlatBlock] * len(flat),
    ]
    assert [block.second.out_channels for block in body] == halved + flat


def test_generator_ends_by_hand() -> None:
    generator, latents = RESNET.generator(128, 3, 8).double(), torch.randn(5, 128, dtype=torch.float64)
    dense, norm, last = generator.stem[0], generator.image[0], generator.image[2]
    features = generator.blocks[0](linear(latents, dense.weight, dense.bias).reshape(5, 16, 4, 4))
    features = relu(batch_norm(features, None, None, norm.weight, norm.bias, training=True))
    expected = conv2d(features, last.weight, last.bias, padding=1).tanh()
    torch.testing.assert_close(generator(latents), expected)


def test_discriminator_sums_over_places() -> None:
    discriminator, images = RESNET.discriminator(3, 16).double(), torch.randn(5, 3, 16, 16, dtype=torch.float64)
    features = images
    for block in discriminator.body:
        features = block(features)
    assert features.shape == (5, 32, 4, 4)
    pooled = relu(features).sum(3).sum(2)
    head = discriminator.head[0]
    torch.testing.assert_close(discriminator(images), linear(pooled, head.weight, head.bias)[:, 0])


def test_conditional_discriminator_adds_the_projection() -> None:
    discriminator = RESNET_CONDITIONAL.discriminator(1, 8, 3).double()
    images, labels = torch.randn(5, 1, 8, 8, dtype=torch.float64), torch.tensor([0, 2, 1, 1, 0])
    pooled = relu(discriminator.body(images)).sum((2, 3))
    head = discriminator.head
    expected = [
        (head.linear.weight[0] @ pooled[row] + head.linear.bias[0] + head.embedding.weight[label] @ pooled[row]).item()
        for row, label in enumerate(labels.tolist())
    ]
    assert discriminator(images, labels).tolist() == pytest.approx(expected)


def test_conditional_generator_starts_without_an_opinion_on_classes() -> None:
    """All scales are 1 and all shifts 0; and only the blocks' norms know classes."""
    generator = RESNET_CONDITIONAL.generator(128, 1, 16, 3)
    latents, one, other = torch.randn(5, 128), torch.zeros(5, dtype=torch.int64), torch.full((5,), 2)
    torch.testing.assert_close(generator(latents, one), generator(latents, other))
    norms = [module for module in generator.modules() if isinstance(module, ConditionalBatchNorm2d)]
    assert [module.norm.num_features for module in norms] == [64] * 4
    assert isinstance(generator.image[0], nn.BatchNorm2d)


def test_classes_share_what_an_unconditional_pair_has() -> None:
    torch.manual_seed(1)
    plain = RESNET.generator(128, 1, 8)
    torch.manual_seed(1)
    conditional = RESNET_CONDITIONAL.generator(128, 1, 8, 1)
    conditional.load_state_dict(plain.state_dict(), strict=False)
    latents = torch.randn(4, 128)
    torch.testing.assert_close(conditional(latents, torch.zeros(4, dtype=torch.int64)), plain(latents))


def test_spectral_normalisation_reaches_the_embedding() -> None:
    discriminator = RESNET_CONDITIONAL.discriminator(1, 8, 3)
    weights = {name: 5 * parameter.detach() for name, parameter in discriminator.named_parameters()}
    state = initial_vectors(weights, torch.Generator().manual_seed(0))
    for _ in range(100):
        normalised, state = spectrally_normalise(weights, state)
    norms = {name: torch.linalg.matrix_norm(normalised[name].flatten(1), 2).item() for name in state}
    assert "head.embedding.weight" in norms
    assert list(norms.values()) == pytest.approx([1.0] * len(norms), rel=0.02)


def test_starts_glorot_uniform() -> None:
    generator, discriminator = RESNET.generator(128, 3, 8), RESNET.discriminator(3, 32)
    # sqrt(6 / (128 + 256)), sqrt(6 / (9 * 16 + 9 * 3)), sqrt(6 / 129)
    assert generator.stem[0].weight.abs().max().item() == pytest.approx(0.125, rel=1e-3)
    assert generator.image[2].weight.abs().max().item() == pytest.approx(0.18732, rel=0.03)
    assert discriminator.head[0].weight.abs().max().item() == pytest.approx(0.21567, rel=0.05)


@pytest.mark.parametrize("resolution", [7, 18, 36, 66])
def test_refuses_other_sides(resolution: int) -> None:
    with pytest.raises(ValueError, match=f"^resolution {resolution}: "):
        RESNET.generator(128, 1, resolution)
    with pytest.raises(ValueError, match=f"^resolution {resolution}: "):
        RESNET.discriminator(1, resolution)
