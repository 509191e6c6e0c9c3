"""One hidden layer of 128 tanh units a player."""

from torch import nn

from ganzoo.components import Architecture
from ganzoo.layers.affine import Affine
from ganzoo.layers.initialisation import truncated_normal_initialisation

HIDDEN = 128


def shallow_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    """Latents (N, latent_size) -> 128 tanh -> sigmoid, as images (N, channels, resolution, resolution) in [-1, 1]."""
    module = nn.Sequential(
        nn.Linear(latent_size, HIDDEN),
        nn.Tanh(),
        nn.Linear(HIDDEN, channels * resolution**2),
        nn.Sigmoid(),
        Affine(2.0, -1.0),
        nn.Unflatten(1, (channels, resolution, resolution)),
    )
    return module.apply(truncated_normal_initialisation)


def shallow_discriminator(channels: int, resolution: int) -> nn.Module:
    """Images (N, channels, resolution, resolution) in [-1, 1], seen as [0, 1] -> 128 tanh -> logits (N,)."""
    module = nn.Sequential(
        Affine(0.5, 0.5),
        nn.Flatten(),
        nn.Linear(channels * resolution**2, HIDDEN),
        nn.Tanh(),
        nn.Linear(HIDDEN, 1),
        nn.Flatten(0),
    )
    return module.apply(truncated_normal_initialisation)


SHALLOW = Architecture(
    name="shallow",
    generator=shallow_generator,
    discriminator=shallow_discriminator,
    resolutions=tuple(range(8, 129)),
    citation="Goodfellow et al. 2014, arXiv:1406.2661, section 5, with one hidden layer as in tutorials; pixels "
    "in [0, 1] inside both players",
    limits="A baseline: one hidden layer knows nothing of neighbouring pixels.",
    linear_head=True,
)
