"""The networks of "Are GANs Created Equal?": InfoGAN's for every loss, and an autoencoder for BEGAN."""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from ganzoo.components import Architecture
from ganzoo.layers.affine import Affine
from ganzoo.layers.initialisation import leaky_initialisation, normal_initialisation

FULL_SIDE = 28
HIDDEN, DEEP, SHALLOW = 1024, 128, 64
CODE = 64


def shrunk(width: int, resolution: int) -> int:
    """`width` from 28 pixels (MNIST) on; below, that times the side over 32.

    Raises:
        ValueError: if the side is not a multiple of 4 from 8 to 128.
    """
    if resolution not in RESOLUTIONS:
        raise ValueError(f"resolution {resolution}: must be a multiple of 4 from 8 to 128")
    return width if resolution >= FULL_SIDE else width * resolution // 32


def initialisation(resolution: int) -> Callable[[nn.Module], None]:
    """The authors' N(0, 0.02) from 28 pixels on; below, a deviation that goes with a layer's width.

    Between layers as narrow as those 0.02 lets signals die out: DRAGAN's FID on the digits would be ten times as high.
    """
    return normal_initialisation if resolution >= FULL_SIDE else leaky_initialisation


def _decoder(code: int, channels: int, resolution: int) -> list[nn.Module]:
    """From codes (N, code) to images (N, channels, resolution, resolution) in [-1, 1], by way of a sigmoid."""
    deep, shallow, base = shrunk(DEEP, resolution), shrunk(SHALLOW, resolution), resolution // 4
    units = deep * base**2
    return [
        *(nn.Linear(code, units, bias=False), nn.BatchNorm1d(units), nn.LeakyReLU(0.2)),
        nn.Unflatten(1, (deep, base, base)),
        *(nn.ConvTranspose2d(deep, shallow, 4, 2, 1, bias=False), nn.BatchNorm2d(shallow), nn.LeakyReLU(0.2)),
        *(nn.ConvTranspose2d(shallow, channels, 4, 2, 1), nn.Sigmoid(), Affine(2.0, -1.0)),
    ]


def infogan_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    """Latents (N, latent_size) -> two dense, two transposed layers, batch norm -> images (N, C, H, W) in [-1, 1]."""
    hidden = shrunk(HIDDEN, resolution)
    stem = nn.Linear(latent_size, hidden, bias=False), nn.BatchNorm1d(hidden), nn.LeakyReLU(0.2)
    module = nn.Sequential(*stem, *_decoder(hidden, channels, resolution))
    return module.apply(initialisation(resolution))


def infogan_discriminator(channels: int, resolution: int, *, batch_norm: bool) -> nn.Module:
    """Images (N, C, H, W) -> two strided convolutions and two dense layers with LeakyReLU 0.2 -> logits (N,).

    Args:
        channels: Of the images.
        resolution: Side of the images in pixels.
        batch_norm: Whether the second convolution and the first dense layer are normalised over the batch.
    """
    hidden, deep, shallow = (shrunk(width, resolution) for width in (HIDDEN, DEEP, SHALLOW))
    units = deep * (resolution // 4) ** 2
    # nn.Identity takes any arguments; a bias before batch norm would have no effect.
    norm1d, norm2d = (nn.BatchNorm1d, nn.BatchNorm2d) if batch_norm else (nn.Identity, nn.Identity)
    module = nn.Sequential(
        *(Affine(0.5, 0.5), nn.Conv2d(channels, shallow, 4, 2, 1), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(shallow, deep, 4, 2, 1, bias=not batch_norm), norm2d(deep), nn.LeakyReLU(0.2), nn.Flatten()),
        *(nn.Linear(units, hidden, bias=not batch_norm), norm1d(hidden), nn.LeakyReLU(0.2)),
        *(nn.Linear(hidden, 1), nn.Flatten(0)),
    )
    return module.apply(initialisation(resolution))


class Autoencoder(nn.Module):
    """Minus the error of an autoencoder.

    Args:
        encoder: Images (N, C, H, W) in [-1, 1] -> codes (N, code).
        decoder: Codes (N, code) -> images (N, C, H, W) in [-1, 1].

    References:
        Berthelot et al. 2017, arXiv:1703.10717, section 3.1, with exponent 1 and the mean over pixels.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) -> logits (N,) in [-2, 0]: minus the mean absolute difference on the scale [-1, 1]."""
        reconstruction: Tensor = self.decoder(self.encoder(images))
        return -(images - reconstruction).abs().flatten(1).mean(1)


def infogan_autoencoder(channels: int, resolution: int) -> nn.Module:
    """Images (N, C, H, W) -> two strided convolutions, a code, and back, all with batch norm -> logits (N,) <= 0."""
    deep, shallow, code = (shrunk(width, resolution) for width in (DEEP, SHALLOW, CODE))
    encoder = nn.Sequential(
        *(Affine(0.5, 0.5), nn.Conv2d(channels, shallow, 4, 2, 1), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(shallow, deep, 4, 2, 1, bias=False), nn.BatchNorm2d(deep), nn.LeakyReLU(0.2), nn.Flatten()),
        *(nn.Linear(deep * (resolution // 4) ** 2, code, bias=False), nn.BatchNorm1d(code), nn.LeakyReLU(0.2)),
    )
    decoder = nn.Sequential(*_decoder(code, channels, resolution))
    return Autoencoder(encoder, decoder).apply(normal_initialisation)


RESOLUTIONS = tuple(range(8, 129, 4))
REFERENCE = (
    "Lucic et al. 2018, arXiv:1711.10337: the authors' code, after Chen et al. 2016, arXiv:1606.03657, appendix C "
    "(there ReLU in the generator and a slope of 0.1); pixels in [0, 1] inside both players"
)
GROWTH = (
    "Dense layers grow with the area: 134 million weights a player at 128 pixels. Below 28 pixels narrower than the "
    "paper's, and started as in He et al. 2015, arXiv:1502.01852."
)

INFOGAN = Architecture(
    name="infogan",
    generator=infogan_generator,
    discriminator=partial(infogan_discriminator, batch_norm=True),
    resolutions=RESOLUTIONS,
    citation=REFERENCE,
    limits=f"{GROWTH} The discriminator's batch norm excludes gradient penalties: see infogan-plain.",
    latent_size=64,
    batch_norm=True,
    linear_head=True,
)
INFOGAN_PLAIN = Architecture(
    name="infogan-plain",
    generator=infogan_generator,
    discriminator=partial(infogan_discriminator, batch_norm=False),
    resolutions=RESOLUTIONS,
    citation=f"{REFERENCE}; their discriminator with batch norm switched off",
    limits=GROWTH,
    latent_size=64,
    linear_head=True,
)
INFOGAN_AUTOENCODER = Architecture(
    name="infogan-autoencoder",
    generator=infogan_generator,
    discriminator=infogan_autoencoder,
    resolutions=RESOLUTIONS,
    citation=f"{REFERENCE}; their discriminator for BEGAN (arXiv:1703.10717) with its batch norm on and "
    "an activation behind every layer",
    limits="Its logits are at most 0: for losses on energies alone. Much smaller than BEGAN's own autoencoder, and its "
    "batch norm, without which it learns the digits ten times as slowly, excludes gradient penalties.",
    latent_size=64,
    batch_norm=True,
    energy=True,
)
