"""The residual networks of WGAN-GP and SNGAN, plain and with classes."""

from functools import partial
from itertools import pairwise

from torch import Tensor, nn

from ganzoo.components import Architecture
from ganzoo.layers.conditional_batch_norm import ConditionalBatchNorm2d
from ganzoo.layers.halving import RESOLUTIONS, base_side, shrunk_with_area, stages
from ganzoo.layers.initialisation import glorot
from ganzoo.layers.projection import Projection
from ganzoo.layers.residual import DownBlock, FirstDownBlock, FlatBlock, UpBlock

LAST_SMALL_SIDE = 48
MOST_CHANNELS = 1024


def pyramid(resolution: int) -> list[int]:
    """Channels from the image to the base at 56 pixels and above: 64, 128, 256, 512, 1024, and 1024 again at 128."""
    return [min(64 * 2**stage, MOST_CHANNELS) for stage in range(stages(resolution) + 1)]


def generator_widths(resolution: int) -> list[int]:
    """Channels from the base to the image, one more than there are doublings: 256 four times at 32 pixels.

    Below 32 pixels all shrink with the area (16 at 8 pixels); above 48 they fall from 1024 to 64.

    Raises:
        ValueError: if halving does not bring the side to a base of 4 to 7 pixels.
    """
    if resolution > LAST_SMALL_SIDE:
        return pyramid(resolution)[::-1]
    return [shrunk_with_area(256, resolution)] * (stages(resolution) + 1)


def discriminator_widths(resolution: int) -> tuple[list[int], list[int]]:
    """Channels after each halving and after each block on the spot: (128, 128) and (128, 128) at 32 pixels.

    Below 32 pixels all shrink with the area (8 at 8 pixels), and there is one of each where the side is halved once;
    above 48 they rise from 64 to 1024, with one block on the spot.

    Raises:
        ValueError: if halving does not bring the side to a base of 4 to 7 pixels.
    """
    if resolution > LAST_SMALL_SIDE:
        widths = pyramid(resolution)
        return widths[:-1], widths[-1:]
    widths = [shrunk_with_area(128, resolution)] * min(stages(resolution), 2)
    return widths, widths


class ResidualGenerator(nn.Module):
    """Dense layer, doubling blocks, batch norm, ReLU, 3x3 convolution, tanh.

    Args:
        latent_size: Numbers in one latent.
        channels: Of the images.
        resolution: Side of the images in pixels.
        classes: How many; 0 for a generator that takes no labels.
    """

    def __init__(self, latent_size: int, channels: int, resolution: int, classes: int) -> None:
        super().__init__()
        widths, base = generator_widths(resolution), base_side(resolution)
        norm = partial(ConditionalBatchNorm2d, classes=classes) if classes else nn.BatchNorm2d
        self.stem = nn.Sequential(
            glorot(nn.Linear(latent_size, widths[0] * base**2)), nn.Unflatten(1, (widths[0], base, base))
        )
        self.blocks = nn.ModuleList(UpBlock(before, after, norm) for before, after in pairwise(widths))
        image = glorot(nn.Conv2d(widths[-1], channels, 3, padding=1))
        self.image = nn.Sequential(nn.BatchNorm2d(widths[-1]), nn.ReLU(), image, nn.Tanh())

    def forward(self, latents: Tensor, *labels: Tensor) -> Tensor:
        """Latents (N, latent_size), and labels (N,) int64 with classes -> images (N, C, H, W) in [-1, 1]."""
        features: Tensor = self.stem(latents)
        for block in self.blocks:
            features = block(features, *labels)
        images: Tensor = self.image(features)
        return images


class ResidualDiscriminator(nn.Module):
    """Residual blocks, ReLU, sum over all places, and a head.

    Args:
        body: Images (N, C, H, W) -> features (N, features, h, w).
        head: Features (N, features), and labels (N,) int64 with classes -> logits (N,).
    """

    def __init__(self, body: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, images: Tensor, *labels: Tensor) -> Tensor:
        """Images (N, C, H, W) in [-1, 1], and labels (N,) int64 with classes -> logits (N,)."""
        features = nn.functional.relu(self.body(images)).sum((2, 3))
        logits: Tensor = self.head(features, *labels)
        return logits


def resnet_generator(latent_size: int, channels: int, resolution: int, classes: int = 0) -> nn.Module:
    """Latents (N, latent_size), and labels (N,) with classes -> images (N, C, H, W)."""
    return ResidualGenerator(latent_size, channels, resolution, classes)


def resnet_discriminator(channels: int, resolution: int, classes: int = 0) -> nn.Module:
    """Images (N, C, H, W), and labels (N,) with classes -> logits (N,).

    Args:
        channels: Of the images.
        resolution: Side of the images in pixels.
        classes: How many; 0 for a discriminator that takes no labels.
    """
    halved, flat = discriminator_widths(resolution)
    body = nn.Sequential(
        FirstDownBlock(channels, halved[0]),
        *(DownBlock(before, after) for before, after in pairwise(halved)),
        *(FlatBlock(before, after) for before, after in pairwise([halved[-1], *flat])),
    )
    plain = nn.Sequential(glorot(nn.Linear(flat[-1], 1)), nn.Flatten(0))
    return ResidualDiscriminator(body, Projection(flat[-1], classes) if classes else plain)


REFERENCE = (
    "Gulrajani et al. 2017, arXiv:1704.00028, appendix; Miyato et al. 2018, arXiv:1802.05957, tables 4 (up to 48 "
    "pixels) and 5 and 6 (above)"
)
LIMITS = (
    "Below 32 pixels narrower than the papers', with the area: 16 and 8 channels at 8 pixels. The discriminator is not "
    "normalised at all: hold its slope."
)

RESNET = Architecture(
    name="resnet",
    generator=resnet_generator,
    discriminator=resnet_discriminator,
    resolutions=RESOLUTIONS,
    citation=REFERENCE,
    limits=LIMITS,
    latent_size=128,
    linear_head=True,
)
RESNET_CONDITIONAL = Architecture(
    name="resnet-conditional",
    generator=resnet_generator,
    discriminator=resnet_discriminator,
    resolutions=RESOLUTIONS,
    citation=f"{REFERENCE}; conditional batch norm (Dumoulin et al. 2017, arXiv:1610.07629) in the generator and the "
    "projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637)",
    limits=f"{LIMITS} Wants labels, for real and generated images alike.",
    latent_size=128,
    conditional=True,
)
