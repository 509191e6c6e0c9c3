"""What a part does where it says nothing: it leaves things as they are."""

import torch
from torch import Tensor


def same_logits(logits: Tensor) -> Tensor:
    """D(x) is the logit itself; (N,) -> (N,)."""
    return logits


def same_state(
    state: dict[str, Tensor], real_logits: Tensor, fake_logits: Tensor, settings: dict[str, Tensor]
) -> dict[str, Tensor]:
    """What a loss remembers, () each, stays; logits are (N,), settings ()."""
    return state


def same_strength(state: dict[str, Tensor], real_logits: Tensor) -> dict[str, Tensor]:
    """What an augmentation remembers, () each, stays; logits are (N,)."""
    return state


def no_noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """No random number; (N, C, H, W) -> (N, 0)."""
    return images.new_empty(len(images), 0)


def no_state(weights: dict[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
    """A constraint remembers nothing of weights of any shapes."""
    return {}


def same_weights(weights: dict[str, Tensor], state: dict[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Weights of any shapes are computed with as they are."""
    return weights, state


def no_projection(weights: Tensor, clip: Tensor) -> Tensor:
    """Flat weights (..., P) stay where they are; clip is (..., 1)."""
    return weights


def constant(progress: float) -> float:
    """The learning rates' factor is 1, whatever the progress in [0, 1)."""
    return 1.0
