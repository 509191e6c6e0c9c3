"""What is looked at to hold a generator against what is known of a made data set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the report reads the catalog of metrics, and does without torch
    from torch import Tensor


@dataclass(frozen=True)
class Inverted:
    """A generator that can be looked into.

    Attributes:
        generate: Latents (N, L) to images (N, C, R, R) in [-1, 1], differentiable, in evaluation mode.
        latents: (S, L) from its prior.
    """

    generate: "Callable[[Tensor], Tensor]"
    latents: "Tensor"


@dataclass(frozen=True)
class Evidence:
    """Generated images, real ones, and the generator where it is at hand.

    Attributes:
        images: (N, C, R, R) uint8, generated.
        real: (M, C, R, R) uint8, of the split that is compared with, on the same device.
        generator: None where there are only images.
    """

    images: "Tensor"
    real: "Tensor"
    generator: Inverted | None = None


# To values by column of the metric `known_truth`; deterministic.
GroundTruth = Callable[[Evidence], dict[str, float]]
