"""Players so simple that what they minimise can be worked out by hand.

The generator makes 0.1 of every pixel, real images are 0.2, and the critic is (3, 4, 0, 0) x + 0.5: real logits are
1.9, fake logits 1.2, and the critic's gradient has norm 5 everywhere.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn

from benchmark.training.model import ImageShape, Model
from benchmark.training.objectives import StepInputs
from ganzoo.components import Architecture
from ganzoo.hyperparameters import SCALARS
from ganzoo.registry import VARIANTS
from ganzoo.variant import Variant

BATCH, SIDE = 6, 2
SHAPE = ImageShape(channels=1, resolution=SIDE, classes=3)
CRITIC = torch.tensor([3.0, 4.0, 0.0, 0.0, 0.5], dtype=torch.float64)


def linear_generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    pixels = nn.Linear(latent_size, channels * resolution**2)
    return nn.Sequential(pixels, nn.Hardtanh(), nn.Unflatten(1, (1, SIDE, SIDE)))  # a line within [-1, 1]


def linear_critic(channels: int, resolution: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(channels * resolution**2, 1), nn.Flatten(0))


LINEAR = Architecture("linear", linear_generator, linear_critic, (SIDE,), "these tests")


def model_of(variant: Variant, architecture: Architecture = LINEAR) -> Model:
    return Model.of(replace(variant, architecture=architecture, latent_size=2), SHAPE, torch.float64)


def linear(variant: str) -> Model:
    return model_of(VARIANTS[variant])


def flat_critic() -> Tensor:
    flat = torch.zeros(32, dtype=torch.float64)
    flat[:4], flat[16] = CRITIC[:4], CRITIC[4]
    return flat


def flat_generator() -> Tensor:
    """Every pixel is 0.1 whatever the latents."""
    flat = torch.zeros(32, dtype=torch.float64)
    flat[16:20] = 0.1
    return flat


def step(model: Model, opponent: Tensor, **settings: float) -> StepInputs:
    """What either player reads; settings are hyperparameters, all 0 unless given."""
    scalars = dict.fromkeys(SCALARS, 0.0) | settings
    return StepInputs(
        real=torch.full((BATCH, 1, SIDE, SIDE), 0.2, dtype=torch.float64),
        labels=torch.arange(BATCH) % SHAPE.classes,
        latents=torch.randn(BATCH, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)),
        noise={penalty.name: torch.linspace(0, 1, BATCH).double() for penalty in model.variant.penalties},
        key=torch.tensor(0),
        hyperparameters={name: torch.tensor(value, dtype=torch.float64) for name, value in scalars.items()},
        progress=torch.tensor(0.25, dtype=torch.float64),
        opponent=opponent,
        generator_buffers=dict(model.generator.module.named_buffers()),
        discriminator_buffers=dict(model.discriminator.module.named_buffers()),
        constraint={},
        loss={name: torch.tensor(value, dtype=torch.float64) for name, value in model.variant.loss.state.items()},
        augmentations={},
    )
