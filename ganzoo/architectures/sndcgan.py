"""The convolutional networks of the spectral normalisation paper (Miyato et al. 2018)."""

from functools import partial
from itertools import pairwise

from torch import nn

from ganzoo.components import Architecture
from ganzoo.layers.halving import RESOLUTIONS, base_side, stages
from ganzoo.layers.initialisation import normal_initialisation

CHANNELS = 64
MOST_CHANNELS = 512


def widths(resolution: int) -> list[int]:
    """Channels from the image to the base: 64, 128, 256, 512 at 32 pixels.

    Below 32 pixels the first is twice the side, and there are fewer; above, the last stay at 512.

    Raises:
        ValueError: if halving does not bring the side to a base of 4 to 7 pixels.
    """
    first = CHANNELS * min(resolution, 32) // 32
    return [min(first * 2**stage, MOST_CHANNELS) for stage in range(stages(resolution) + 1)]


def sndcgan_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    """Latents (N, latent_size) -> transposed 4x4 convolutions, batch norm and ReLU; 3x3 -> tanh images (N, C, H, W).

    Biases that a batch norm would cancel are left out.
    """
    base, falling = base_side(resolution), widths(resolution)[::-1]
    layers: list[nn.Module] = [
        nn.Linear(latent_size, falling[0] * base**2, bias=False),
        nn.Unflatten(1, (falling[0], base, base)),
        nn.BatchNorm2d(falling[0]),
        nn.ReLU(),
    ]
    for before, after in pairwise(falling):
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    layers += [nn.Conv2d(falling[-1], channels, 3, padding=1), nn.Tanh()]
    return nn.Sequential(*layers).apply(normal_initialisation)


def sndcgan_discriminator(channels: int, resolution: int) -> nn.Module:
    """Images (N, C, H, W) -> pairs of 3x3 and strided 4x4 convolutions, a last 3x3, LeakyReLU 0.1 -> logits (N,)."""
    rising, leaky = widths(resolution), partial(nn.LeakyReLU, 0.1)
    layers: list[nn.Module] = []
    for before, after in pairwise([channels, *rising[:-1]]):
        layers += [nn.Conv2d(before, after, 3, padding=1), leaky(), nn.Conv2d(after, after, 4, 2, 1), leaky()]
    layers += [nn.Conv2d(rising[-2], rising[-1], 3, padding=1), leaky()]
    layers += [nn.Flatten(), nn.Linear(rising[-1] * base_side(resolution) ** 2, 1), nn.Flatten(0)]
    return nn.Sequential(*layers).apply(normal_initialisation)


SNDCGAN = Architecture(
    name="sndcgan",
    generator=sndcgan_generator,
    discriminator=sndcgan_discriminator,
    resolutions=RESOLUTIONS,
    citation="Miyato et al. 2018, arXiv:1802.05957, table 3 (32 pixels; elsewhere as many stages as halvings), with "
    "batch norm and ReLU after the first layer too, and DCGAN's initial deviation of 0.02",
    limits="Made for spectral normalisation, which its discriminator does not bring along. Below 32 pixels narrower "
    "than the paper's, in proportion to the side.",
    latent_size=128,
    linear_head=True,
)
