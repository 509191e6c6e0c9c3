"""Strided and transposed convolutions (Radford et al. 2016), from a base of 4 to 7 pixels."""

from functools import partial
from itertools import pairwise

from torch import nn

from ganzoo.components import Architecture
from ganzoo.layers.halving import RESOLUTIONS, base_side, stages
from ganzoo.layers.initialisation import dcgan_initialisation

BASE_CHANNELS = 64


def dcgan_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    """Latents (N, latent_size) -> transposed convolutions with batch norm and ReLU -> tanh images (N, C, H, W).

    The first layer is the paper's "project and reshape": the same numbers as a transposed convolution of a 1x1 image,
    several times faster on a CPU.
    """
    base = base_side(resolution)
    widths = [BASE_CHANNELS * 2**stage for stage in reversed(range(stages(resolution)))]
    layers: list[nn.Module] = [
        nn.Linear(latent_size, widths[0] * base**2, bias=False),
        nn.Unflatten(1, (widths[0], base, base)),
        nn.BatchNorm2d(widths[0]),
        nn.ReLU(),
    ]
    for before, after in pairwise(widths):
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    layers += [nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1), nn.Tanh()]
    return nn.Sequential(*layers).apply(dcgan_initialisation)


def dcgan_discriminator(channels: int, resolution: int, *, batch_norm: bool) -> nn.Module:
    """Images (N, C, H, W) -> strided convolutions with LeakyReLU 0.2 -> logits (N,).

    Args:
        channels: Of the images.
        resolution: Side of the images in pixels.
        batch_norm: Whether every convolution but the first is normalised over the batch. A gradient penalty wants it
            off, since it is defined for one image at a time.
    """
    widths = [BASE_CHANNELS * 2**stage for stage in range(stages(resolution))]
    layers: list[nn.Module] = [nn.Conv2d(channels, widths[0], 4, 2, 1), nn.LeakyReLU(0.2)]
    for before, after in pairwise(widths):
        layers.append(nn.Conv2d(before, after, 4, 2, 1, bias=not batch_norm))
        layers += [nn.BatchNorm2d(after)] if batch_norm else []
        layers.append(nn.LeakyReLU(0.2))
    layers += [nn.Flatten(), nn.Linear(widths[-1] * base_side(resolution) ** 2, 1), nn.Flatten(0)]
    return nn.Sequential(*layers).apply(dcgan_initialisation)


REFERENCE = "Radford et al. 2016, arXiv:1511.06434, figure 1 (fewer stages below 64 pixels, one more at 128)"

DCGAN = Architecture(
    name="dcgan",
    generator=dcgan_generator,
    discriminator=partial(dcgan_discriminator, batch_norm=True),
    resolutions=RESOLUTIONS,
    citation=REFERENCE,
    limits="The discriminator's batch norm excludes gradient penalties and spectral normalisation: see dcgan-plain.",
    batch_norm=True,
    linear_head=True,
)
DCGAN_PLAIN = Architecture(
    name="dcgan-plain",
    generator=dcgan_generator,
    discriminator=partial(dcgan_discriminator, batch_norm=False),
    resolutions=RESOLUTIONS,
    citation=f"{REFERENCE}; discriminator without batch norm (Gulrajani et al. 2017, arXiv:1704.00028, section 4)",
    limits="Few weights on small images: one stage at 8 to 14 pixels, two at 16 to 28.",
    linear_head=True,
)
