"""What a metric reads: generated images beside real ones, both as features and as they are."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from benchmark.metrics.evidence import GroundTruth, Inverted

if TYPE_CHECKING:  # the report reads the catalog of metrics, and does without torch
    import torch
    from torch import Tensor

Found = TypeVar("Found")


@dataclass(frozen=True)
class RealFeatures:
    """Features and statistics of M real images.

    Attributes:
        pooled: (M, D) on the CPU, for distances between images.
        mu: (D,) float64, their mean, for distances between Gaussians; on the device where those are computed.
        sigma: (D, D) float64, their covariance, there too.
    """

    pooled: "Tensor"
    mu: "Tensor"
    sigma: "Tensor"
    _known: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, name: Hashable, compute: Callable[[], Found]) -> Found:
        """What a metric needs of the real images alone: computed for the first sample, and the same for all others.

        Args:
            name: Differs with all that it depends on beside the features.
            compute: Without arguments.
        """
        if name not in self._known:
            self._known[name] = compute()
        found: Found = self._known[name]
        return found

    @cached_property
    def sigma_root(self) -> "Tensor":
        """The symmetric square root (D, D) of their covariance."""
        from benchmark.metrics.arithmetic.frechet_distance import root

        return root(self.sigma)


@dataclass(frozen=True)
class RealSide:
    """What every sample is compared with: a split of a data set.

    Attributes:
        features: Of its M images.
        images: Themselves, (M, C, R, R) uint8, on the device.
        labels: Theirs, (M,) int64 from 0 to `classes` - 1.
        classes: How many labels the data set has.
        train: Features (T, D) of the images that were trained on, on the CPU; None if no metric needs them.
        truth: What is known about the data set, if it is made.
    """

    features: RealFeatures
    images: "Tensor"
    labels: "Tensor"
    classes: int
    train: "Tensor | None" = None
    truth: GroundTruth | None = None


@dataclass(frozen=True)
class Comparison:
    """A sample of generated images beside the real side.

    Attributes:
        generated: Features (N, D) of the sample, on the CPU, in the extractor's floating type.
        logits: (N, K), in the same order; None where the extractor is no classifier.
        images: Themselves, (N, C, R, R) uint8, on any device.
        real: What they are compared with.
        kid_subset_size: Images a subset of KID, as the spec asks.
        generator: What they were drawn from; None where there are only images.
    """

    generated: "Tensor"
    logits: "Tensor | None"
    images: "Tensor"
    real: RealSide
    kid_subset_size: int
    generator: Inverted | None = None

    @property
    def device(self) -> "torch.device":
        """Where distances are computed."""
        return self.real.features.mu.device

    def frechet_distance(self) -> float:
        """The squared distance between the Gaussians of both sides' features, in double precision."""
        from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments

        real = self.real.features
        return frechet_distance(moments(self.generated.to(self.device)), (real.mu, real.sigma), real.sigma_root)

    def on_device(self, *tensors: "Tensor") -> "tuple[Tensor, ...]":
        """The tensors where distances are computed."""
        return tuple(tensor.to(self.device) for tensor in tensors)
