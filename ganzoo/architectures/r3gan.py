"""A compact pair after R3GAN: residual blocks without normalisation, between a learned basis and its mirror image."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from ganzoo.components import Architecture
from ganzoo.layers.bottleneck import Bottleneck
from ganzoo.layers.halving import RESOLUTIONS, base_side, shrunk_with_area, stages
from ganzoo.layers.initialisation import fan_in_normal
from ganzoo.layers.resampling import double, halve

CHANNELS = 256
FULL_DOUBLINGS = 3


def widths(resolution: int) -> list[int]:
    """Channels from the base to the image: 256 four times at 32 pixels.

    Below 32 pixels they shrink with the area, and the last by half again: 16 and 8 at 8 pixels. Beyond three doublings
    each halves them: 128 at 64 pixels, 64 at 128.

    Raises:
        ValueError: if halving does not bring the side to a base of 4 to 7 pixels.
    """
    depth, full = stages(resolution), shrunk_with_area(CHANNELS, resolution)
    if resolution < 32:
        return [full] * depth + [full // 2]
    return [full >> max(0, stage - FULL_DOUBLINGS) for stage in range(depth + 1)]


def change_width(before: int, after: int) -> nn.Module:
    """A 1x1 convolution without bias, where channels change at all."""
    return nn.Identity() if before == after else fan_in_normal(nn.Conv2d(before, after, 1, bias=False))


class Basis(nn.Module):
    """A learned picture for each channel, times what the latent says of it.

    Args:
        latent_size: Numbers in one latent.
        width: Channels.
        side: Of the pictures, in pixels.
    """

    def __init__(self, latent_size: int, width: int, side: int) -> None:
        super().__init__()
        self.pictures = nn.Parameter(torch.randn(width, side, side))
        self.linear = fan_in_normal(nn.Linear(latent_size, width, bias=False))

    def forward(self, latents: Tensor) -> Tensor:
        """Latents (N, latent_size) -> features (N, width, side, side)."""
        factors: Tensor = self.linear(latents)
        return factors[:, :, None, None] * self.pictures


class Double(nn.Module):
    """A change of width, then doubling by linear interpolation.

    Args:
        before: Channels in.
        after: Channels out.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.width = change_width(before, after)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, before, H, W) -> (N, after, 2H, 2W)."""
        return double(self.width(features))


class Halve(nn.Module):
    """Halving with a blur, then a change of width.

    Args:
        before: Channels in.
        after: Channels out.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.width = change_width(before, after)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, before, H, W) -> (N, after, H/2, W/2)."""
        halved: Tensor = self.width(halve(features))
        return halved


def r3gan_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    """Latents (N, latent_size) -> basis, blocks and doublings, 1x1 convolution -> tanh images (N, C, H, W)."""
    falling = widths(resolution)
    layers = [Basis(latent_size, falling[0], base_side(resolution)), Bottleneck(falling[0], len(falling))]
    for before, after in pairwise(falling):
        layers += [Double(before, after), Bottleneck(after, len(falling))]
    return nn.Sequential(*layers, fan_in_normal(nn.Conv2d(falling[-1], channels, 1, bias=False)), nn.Tanh())


def r3gan_discriminator(channels: int, resolution: int) -> nn.Module:
    """Images (N, C, H, W) -> 1x1 convolution, blocks and halvings, a basis for each channel, linear -> logits (N,)."""
    rising = widths(resolution)[::-1]
    layers = [fan_in_normal(nn.Conv2d(channels, rising[0], 1, bias=False)), Bottleneck(rising[0], len(rising))]
    for before, after in pairwise(rising):
        layers += [Halve(before, after), Bottleneck(after, len(rising))]
    basis = fan_in_normal(nn.Conv2d(rising[-1], rising[-1], base_side(resolution), groups=rising[-1], bias=False))
    linear = fan_in_normal(nn.Linear(rising[-1], 1, bias=False))
    return nn.Sequential(*layers, basis, nn.Flatten(), linear, nn.Flatten(0))


R3GAN = Architecture(
    name="r3gan",
    generator=r3gan_generator,
    discriminator=r3gan_discriminator,
    resolutions=RESOLUTIONS,
    citation="Huang et al. 2024, arXiv:2501.05441, section 3, config E: a third of the width of its CIFAR-10 networks "
    "at 32 pixels, one block a stage for their two, and a tanh at the end, where theirs has none",
    limits="Made for a relativistic loss with penalties on both sides (R1 and R2). Every block's last weight starts at "
    "zero, which spectral normalisation cannot scale. On 8x8 pixels about four times as slow as dcgan.",
    latent_size=64,
    zero_start=True,
    linear_head=True,
)
