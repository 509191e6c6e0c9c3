"""The two ends of the scale: how real images score, and how noise does."""

import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.datasets.draw import drawn
from benchmark.metrics.catalog import find_metric
from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Need
from benchmark.scoring.scorer import Sample, Scorer, score
from benchmark.spec import Score

SEED = 0
# By end, what its images cannot be asked: train images are nearer to train images, themselves, than any others are.
BLANK = {"floor": {Need.TRAIN_IMAGES}, "noise": set[Need]()}


def both_ends(scorer: Scorer, train: LabelledImages) -> dict[str, Comparison]:
    """Real train images ("floor") and uniform noise ("noise") beside a split.

    Args:
        scorer: Compares images with the split.
        train: The train split. The floor has as many of its images as the spec says to generate, drawn by class, or all
            of them where there are fewer, which raises its FID.
    """
    count = scorer.settings.images
    ends = {"floor": floor_images(train, count), "noise": noise_images(count, train.images.shape[1:])}
    return {kind: scorer.compare([Sample(images)])[0] for kind, images in ends.items()}


def baseline(ends: dict[str, Comparison], settings: Score) -> dict[str, dict[str, float]]:
    """For both ends: `images`, how many were scored, and scores by name in `benchmark.metrics.catalog.known_scores`.

    The floor has none of metrics that compare with train images, such as memorisation.
    """
    return {kind: {"images": len(end.images)} | score(end, _asked_of(kind, settings)) for kind, end in ends.items()}


def _asked_of(kind: str, settings: Score) -> list[str]:
    return [name for name in settings.metrics if not BLANK[kind] & set(find_metric(name).needs)]


def floor_images(train: LabelledImages, count: int) -> Tensor:
    """So many train images (count, C, H, W) uint8, drawn by class; all of them where there are fewer."""
    return train.images[drawn(train.labels, count)]


def noise_images(count: int, shape: torch.Size) -> Tensor:
    """Uniform noise (count, *shape) uint8, always the same."""
    return torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))
