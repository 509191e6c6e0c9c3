"""The two ends of the scale: how real images score, and how noise does."""

from pathlib import Path

import torch
from torch import Tensor

from benchmark.datasets.catalog import load_split
from benchmark.records import Split
from benchmark.scoring.features import extract
from benchmark.scoring.scorer import Scorer
from benchmark.scoring.scores import score
from benchmark.spec import Spec

SEED = 0


def baseline(spec: Spec, split: Split, data: Path, cache: Path, device: torch.device) -> dict[str, dict[str, float]]:
    """Scores of real train images ("floor") and of uniform noise ("noise") against a split.

    Args:
        spec: Names the data set, the resolution and how to score.
        split: The split that both are compared with.
        data: The data folder.
        cache: Folder of the cached references.
        device: Where features are extracted.

    Returns:
        For "floor" and "noise": `images`, how many were scored, and scores by name in `benchmark.records.SCORES`. The
        floor has `spec.score.images` images, or all of the train split where that is smaller, which raises its FID.

    Raises:
        UserError: if data or weights cannot be had.
    """
    scorer = Scorer.for_split(spec, split, data, cache, device)
    train = load_split(spec.dataset, "train", data, spec.resolution).images
    real = train[: spec.score.images]
    return {"floor": _scores(scorer, real), "noise": _scores(scorer, noise_images(spec.score.images, real.shape[1:]))}


def noise_images(count: int, shape: torch.Size) -> Tensor:
    """Uniform noise (count, *shape) uint8, always the same."""
    return torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))


def _scores(scorer: Scorer, images: Tensor) -> dict[str, float]:
    return {"images": len(images)} | score(extract(scorer.extractor, images), scorer.reference, scorer.settings)
