"""What an update reads, of an objective that looks at its opponent alone."""

import torch
from torch import Tensor

from benchmark.training.objectives import StepInputs


def step_against(opponent: Tensor) -> StepInputs:
    nothing = torch.zeros(1, 1)
    return StepInputs(
        **dict.fromkeys(("real", "labels", "latents", "key", "progress"), nothing),
        **{name: {} for name in ("noise", "hyperparameters", "generator_buffers", "discriminator_buffers")},
        constraint={},
        loss={},
        augmentations={},
        opponent=opponent,
    )
