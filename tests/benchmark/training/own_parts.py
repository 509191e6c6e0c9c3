"""Parts of one's own that keep the rules, for tests that break one of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.training.model import ImageShape, Model
from ganzoo.components import Architecture, Augmentation, Loss, Penalty
from ganzoo.registry import VARIANTS
from ganzoo.variant import Variant

SIDE = 8
SHAPE = ImageShape(channels=1, resolution=SIDE, classes=10)


def generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    pixels = nn.Linear(latent_size, channels * resolution**2)
    return nn.Sequential(pixels, nn.Tanh(), nn.Unflatten(1, (channels, SIDE, SIDE)))


def critic(*layers: nn.Module) -> Callable[[int, int], nn.Module]:
    """A factory of discriminators that end in these layers."""
    return lambda channels, resolution: nn.Sequential(nn.Flatten(), nn.Linear(channels * resolution**2, 4), *layers)


class Branching(nn.Module):
    """Turns what it is given, if its mean is negative."""

    def forward(self, given: Tensor) -> Tensor:
        return given if given.mean() > 0 else -given


SOUND_CRITIC = critic(nn.Linear(4, 1), nn.Flatten(0))
SOUND = Architecture("mine", generator, SOUND_CRITIC, (SIDE,), "these tests")
LOSS = Loss("own", lambda real, fake: fake - real, lambda real, fake: -fake, "these tests")
PENALTY = Penalty("weight", lambda critic, real, fake, noise: critic(real) ** 2, "these tests", 1.0)
AUGMENTATION = Augmentation(
    "shift", lambda images, noise, progress: images + 1, lambda images, generator: images[:, 0], "these tests"
)


def variant(**parts: object) -> Variant:
    own = {"architecture": SOUND, "loss": LOSS, "penalties": (PENALTY,), "augmentations": (AUGMENTATION,)}
    return replace(VARIANTS["wgan-gp"], **(own | parts))  # type: ignore[arg-type]


def refusal(own: Variant) -> str:
    state = torch.random.get_rng_state()
    with pytest.raises(UserError) as refused:
        Model.of(own, SHAPE, torch.float32)
    assert torch.equal(torch.random.get_rng_state(), state)
    return str(refused.value)
