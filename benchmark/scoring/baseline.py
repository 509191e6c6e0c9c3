"""The two ends of the scale: how real images score, and how noise does."""

import torch
from torch import Tensor

from benchmark.metrics.comparison import Comparison
from benchmark.scoring.scorer import Sample, Scorer, score
from benchmark.spec import Score

SEED = 0


def both_ends(scorer: Scorer, train: Tensor) -> dict[str, Comparison]:
    """Real train images ("floor") and uniform noise ("noise") beside a split.

    Args:
        scorer: Compares images with the split.
        train: The train split's images (N, C, H, W), uint8. The floor has as many of them as the spec says to generate,
            or all of them where there are fewer, which raises its FID.
    """
    count = scorer.settings.images
    ends = {"floor": train[:count], "noise": noise_images(count, train.shape[1:])}
    return {kind: scorer.compare([Sample(images)])[0] for kind, images in ends.items()}


def baseline(ends: dict[str, Comparison], settings: Score) -> dict[str, dict[str, float]]:
    """For both ends: `images`, how many were scored, and scores by name in `benchmark.metrics.catalog.known_scores`."""
    return {kind: {"images": len(end.images)} | score(end, settings.metrics) for kind, end in ends.items()}


def noise_images(count: int, shape: torch.Size) -> Tensor:
    """Uniform noise (count, *shape) uint8, always the same."""
    return torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))
