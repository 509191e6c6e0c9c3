"""The two ends of the scale: how real images score, and how noise does."""

import torch
from torch import Tensor

from benchmark.scoring.scorer import Scorer

SEED = 0


def baseline(scorer: Scorer, train: Tensor) -> dict[str, dict[str, float]]:
    """Scores of real train images ("floor") and of uniform noise ("noise") against a split.

    Args:
        scorer: Scores images against the split.
        train: The train split's images (N, C, H, W), uint8.

    Returns:
        For "floor" and "noise": `images`, how many were scored, and scores by name in
        `benchmark.metrics.catalog.known_scores`. The floor has as many images as the spec says, or all of the train
        split where that is smaller, which raises its FID.
    """
    count = scorer.settings.images
    noise = noise_images(count, train.shape[1:])
    return {"floor": _scores(scorer, train[:count]), "noise": _scores(scorer, noise)}


def noise_images(count: int, shape: torch.Size) -> Tensor:
    """Uniform noise (count, *shape) uint8, always the same."""
    return torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))


def _scores(scorer: Scorer, images: Tensor) -> dict[str, float]:
    return {"images": len(images)} | scorer.of(len(images)).score(images)
