"""The compact R3GAN pair: widths, counts, and its start, where every block is the identity."""

import pytest
import torch
from torch import nn

from ganzoo.architectures.r3gan import R3GAN, Basis, Double, Halve, widths
from ganzoo.layers.bottleneck import Bottleneck
from ganzoo.layers.resampling import double, halve


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_parameter_counts_at_32_pixels() -> None:
    generator, discriminator = R3GAN.generator(64, 3, 32), R3GAN.discriminator(3, 32)
    # 256*512+512, 512*16*9+512, 512*256
    block = 131_584 + 74_240 + 131_072
    # Basis 256*4*4, linear 64*256, four blocks, 256*3
    assert parameters(generator) == 4_096 + 16_384 + 4 * block + 768
    # 3*256, four blocks, a 4x4 kernel for each of 256 channels, 256*1
    assert parameters(discriminator) == 768 + 4 * block + 4_096 + 256


def test_parameter_counts_where_widths_change() -> None:
    # Blocks of 16 and 8 channels: 16*32+32 + 32*16*9+32 + 32*16, 8*16+16 + 16*16*9+16 + 16*8
    blocks = 5_696 + 2_592
    # Basis 16*4*4, linear 64*16, 1x1 16*8, 8*1; 1*8, 1x1 8*16, 16*4*4, 16*1
    assert parameters(R3GAN.generator(64, 1, 8)) == blocks + 256 + 1_024 + 128 + 8
    assert parameters(R3GAN.discriminator(1, 8)) == blocks + 8 + 128 + 256 + 16


@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        (8, [16, 8]),
        (14, [48, 24]),
        (16, [64, 64, 32]),
        (28, [192, 192, 96]),
        (32, [256] * 4),
        (56, [256] * 4),
        (64, [256, 256, 256, 256, 128]),
        (128, [256, 256, 256, 256, 128, 64]),
    ],
)
def test_widths(resolution: int, expected: list[int]) -> None:
    assert widths(resolution) == expected
    with torch.device("meta"):
        players = R3GAN.generator(64, 1, resolution), R3GAN.discriminator(1, resolution)
    found = [[layer.expand.in_channels for layer in player if isinstance(layer, Bottleneck)] for player in players]
    assert found == [expected, expected[::-1]]


def test_nothing_normalises() -> None:
    kinds = {type(layer).__name__ for player in R3GAN.networks(64, 1, 16, 0) for layer in player.modules()}
    assert not [kind for kind in kinds if "Norm" in kind]


def test_generator_at_its_start_by_hand() -> None:
    """Blocks are the identity then, so it is the basis, resampled, seen through 1x1 convolutions."""
    generator, latents = R3GAN.generator(64, 3, 8).double(), torch.randn(5, 64, dtype=torch.float64)
    basis, change, last = generator[0], generator[2].width, generator[4]
    features = torch.einsum("nz,cz,chw->nchw", latents, basis.linear.weight, basis.pictures)
    features = double(torch.einsum("oc,nchw->nohw", change.weight[:, :, 0, 0], features))
    images = torch.einsum("oc,nchw->nohw", last.weight[:, :, 0, 0], features).tanh()
    torch.testing.assert_close(generator(latents), images)


def test_discriminator_at_its_start_by_hand() -> None:
    discriminator, images = R3GAN.discriminator(3, 8).double(), torch.randn(5, 3, 8, 8, dtype=torch.float64)
    first, change, basis, linear = discriminator[0], discriminator[2].width, discriminator[4], discriminator[6]
    features = torch.einsum("oc,nchw->nohw", first.weight[:, :, 0, 0], images)
    features = torch.einsum("oc,nchw->nohw", change.weight[:, :, 0, 0], halve(features))
    logits = torch.einsum("nchw,chw,oc->n", features, basis.weight[:, 0], linear.weight)
    torch.testing.assert_close(discriminator(images), logits)


def test_every_block_starts_as_the_identity_and_scaled_by_their_number() -> None:
    for player in R3GAN.networks(64, 1, 32, 0):
        blocks = [layer for layer in player if isinstance(layer, Bottleneck)]
        assert len(blocks) == 4
        for block in blocks:
            features = torch.randn(2, 256, 4, 4)
            assert torch.equal(block(features), features)
            # sqrt(2 / 1.04 / 256) / 4^(1/4)
            assert block.expand.weight.std().item() == pytest.approx(0.061296, rel=0.02)


def test_width_changes_where_they_are_needed_alone() -> None:
    assert isinstance(Double(16, 16).width, nn.Identity)
    assert isinstance(Halve(16, 16).width, nn.Identity)
    assert tuple(Double(16, 8).width.weight.shape) == (8, 16, 1, 1)
    assert Double(16, 8)(torch.randn(2, 16, 5, 5)).shape == (2, 8, 10, 10)
    assert Halve(8, 16)(torch.randn(2, 8, 10, 10)).shape == (2, 16, 5, 5)


def test_normal_latents_give_features_of_size_one() -> None:
    features = Basis(64, 256, 4)(torch.randn(500, 64))
    assert features.square().mean().item() == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("resolution", [7, 18, 36, 66])
def test_refuses_other_sides(resolution: int) -> None:
    with pytest.raises(ValueError, match=f"^resolution {resolution}: "):
        R3GAN.generator(64, 1, resolution)
    with pytest.raises(ValueError, match=f"^resolution {resolution}: "):
        R3GAN.discriminator(1, resolution)
