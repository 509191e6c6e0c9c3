"""One hidden layer of 128 tanh units a player."""

from torch import Tensor, nn

from ganzoo.layers.initialisation import truncated_normal_initialisation
from ganzoo.variant import Architecture

HIDDEN = 128


class Affine(nn.Module):
    """x -> scale * x + shift, to let a network work on [0, 1] while images are in [-1, 1] everywhere else."""

    def __init__(self, scale: float, shift: float) -> None:
        super().__init__()
        self.scale = scale
        self.shift = shift

    def forward(self, images: Tensor) -> Tensor:
        """Images of any shape to the same shape."""
        return images * self.scale + self.shift


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
    resolutions=tuple(range(8, 65)),
    reference="the widespread one-hidden-layer tutorial networks; pixels in [0, 1] inside both players",
)
