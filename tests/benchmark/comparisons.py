"""Comparisons of features that a test makes up."""

import torch
from torch import Tensor

from benchmark.metrics.arithmetic.frechet_distance import moments
from benchmark.metrics.comparison import Comparison, RealFeatures, RealSide
from benchmark.scoring.extractors.catalog import LoadedExtractor
from benchmark.scoring.features import extract
from benchmark.scoring.reference import reference_of

NO_IMAGES = torch.zeros(0, 1, 8, 8, dtype=torch.uint8)


def gaussian(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def of_features(
    generated: Tensor, real: Tensor, logits: Tensor | None = None, kid_subset_size: int = 200
) -> Comparison:
    features = RealFeatures(real.double(), *moments(real))
    side = RealSide(features, NO_IMAGES, torch.zeros(len(real), dtype=torch.int64), 1)
    return Comparison(generated, logits, NO_IMAGES, side, kid_subset_size)


def of_images(
    loaded: LoadedExtractor,
    generated: Tensor,
    real: Tensor,
    kid_subset_size: int = 200,
    labels: Tensor | None = None,
    train: Tensor | None = None,
) -> Comparison:
    ours = extract(loaded, generated)
    known = torch.zeros(len(real), dtype=torch.int64) if labels is None else labels
    side = RealSide(reference_of(real, loaded), real, known, int(known.max()) + 1, train)
    return Comparison(ours.pooled, ours.logits, generated, side, kid_subset_size)


class Pooled(torch.nn.Module):
    """Features as torchmetrics wants them."""

    num_features = 64

    def __init__(self, loaded: LoadedExtractor) -> None:
        super().__init__()
        self.loaded = loaded

    def forward(self, images: Tensor) -> Tensor:
        return extract(self.loaded, images).pooled
