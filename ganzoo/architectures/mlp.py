"""Fully connected networks, as in the first GAN paper and in many tutorials."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from torch import nn

from ganzoo.components import Architecture
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.layers.initialisation import dcgan_initialisation


def _body(widths: tuple[int, ...], activation: Callable[[], nn.Module], dropout: float) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for salt, (before, after) in enumerate(pairwise(widths)):
        layers += [nn.Linear(before, after), activation()]
        if dropout:
            layers.append(KeyedDropout(dropout, salt))
    return layers


def mlp_generator(
    latent_size: int,
    channels: int,
    resolution: int,
    *,
    hidden: tuple[int, ...],
    activation: Callable[[], nn.Module],
    dropout: float = 0.0,
) -> nn.Module:
    """Latents (N, latent_size) -> hidden layers -> tanh images (N, channels, resolution, resolution)."""
    shape = (channels, resolution, resolution)
    output = [nn.Linear(hidden[-1], channels * resolution**2), nn.Tanh(), nn.Unflatten(1, shape)]
    return nn.Sequential(*_body((latent_size, *hidden), activation, dropout), *output)


def mlp_discriminator(channels: int, resolution: int, *, hidden: tuple[int, ...], dropout: float = 0.0) -> nn.Module:
    """Images (N, channels, resolution, resolution) -> hidden layers with LeakyReLU 0.2 -> logits (N,)."""
    layers = _body((channels * resolution**2, *hidden), partial(nn.LeakyReLU, 0.2), dropout)
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(hidden[-1], 1), nn.Flatten(0))


def _wide_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    module = mlp_generator(latent_size, channels, resolution, hidden=(256, 512, 1024), activation=nn.ReLU)
    return module.apply(dcgan_initialisation)


def _wide_discriminator(channels: int, resolution: int) -> nn.Module:
    return mlp_discriminator(channels, resolution, hidden=(1024, 512, 256)).apply(dcgan_initialisation)


RESOLUTIONS = tuple(range(8, 129))

MLP = Architecture(
    name="mlp",
    generator=partial(mlp_generator, hidden=(256, 256), activation=partial(nn.LeakyReLU, 0.2)),
    discriminator=partial(mlp_discriminator, hidden=(256, 256)),
    resolutions=RESOLUTIONS,
    citation="Goodfellow et al. 2014, arXiv:1406.2661, section 5 (sizes of the widespread PyTorch tutorials)",
    limits="Cheap at any side, but knows nothing of neighbouring pixels: images stay grainy.",
    latent_size=64,
    linear_head=True,
)
MLP_WIDE = Architecture(
    name="mlp-wide",
    generator=_wide_generator,
    discriminator=_wide_discriminator,
    resolutions=RESOLUTIONS,
    citation="Goodfellow et al. 2014, arXiv:1406.2661, in the widths 256-512-1024 of widespread tutorials; "
    "initialised as in Radford et al. 2016, arXiv:1511.06434, section 3",
    limits="Knows nothing of neighbouring pixels, and on 8x8 pixels costs more than the convolutional networks.",
    linear_head=True,
)
MLP_DROPOUT = Architecture(
    name="mlp-dropout",
    generator=partial(mlp_generator, hidden=(32, 64, 128), activation=partial(nn.LeakyReLU, 0.2), dropout=0.2),
    discriminator=partial(mlp_discriminator, hidden=(128, 64, 32), dropout=0.2),
    resolutions=RESOLUTIONS,
    citation="Goodfellow et al. 2014, arXiv:1406.2661, in the small widths of widespread tutorials, with dropout "
    "(Hinton et al. 2012, arXiv:1207.0580, section 1) in both players",
    limits="Small, and dropout changes from pass to pass, so the logits of one image are noisy.",
    linear_head=True,
)
