"""What a trial scores its images with: extractor, real statistics and protocol of one split."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch_fidelity
from torch import Tensor

from benchmark.datasets.catalog import find_dataset
from benchmark.errors import UserError
from benchmark.records import Protocol, Split
from benchmark.scoring.extractors import LoadedExtractor, load_extractor
from benchmark.scoring.features import extract
from benchmark.scoring.reference import Reference, load_reference
from benchmark.scoring.scores import score
from benchmark.spec import Score, Spec

SMALLEST_SPLIT = 16  # as few as a spec may ask to generate: all metrics are defined from ten images on


@dataclass(frozen=True)
class Scorer:
    """Turns images into scores against one split of the spec's data set.

    Attributes:
        protocol: What the scores mean.
        settings: The spec's `[score]` table.
        extractor: The network whose features are compared.
        reference: The split's features and statistics.
    """

    protocol: Protocol
    settings: Score
    extractor: LoadedExtractor
    reference: Reference

    @classmethod
    def for_split(cls, spec: Spec, split: Split, data: Path, cache: Path, device: torch.device) -> "Scorer":
        """The scorer of a spec and a split; its real side comes from the cache where it can.

        Args:
            spec: Names the data set, the resolution and how to score.
            split: The split that generated images are compared with.
            data: The data folder.
            cache: Folder of the cached references.
            device: Where features are extracted.

        Raises:
            UserError: if data or weights cannot be had, or the split is too small to be scored against.
        """
        extractor = load_extractor(spec.score.extractor, data, device)
        reference = load_reference(spec.dataset, split, spec.resolution, extractor, data, cache)
        if len(reference.pooled) < SMALLEST_SPLIT:
            count = len(reference.pooled)
            raise UserError(f"dataset {spec.dataset!r}: {count} {split} images; at least {SMALLEST_SPLIT} are needed")
        return cls(protocol_of(spec, split, extractor, reference), spec.score, extractor, reference)

    def score(self, images: Tensor) -> dict[str, float]:
        """Scores of generated images by name in `benchmark.records.SCORES`; deterministic.

        Args:
            images: (N, C, H, W) uint8 with N as the protocol says, on any device.

        Raises:
            ValueError: if there are more or fewer images than the protocol says, since scores depend on their number.
        """
        return self.score_each([images])[0]

    def score_each(self, sets: Sequence[Tensor]) -> list[dict[str, float]]:
        """Scores of several sets of generated images, whose features are extracted together; as `score` of each."""
        count = self.protocol.generated_images
        for images in sets:
            if len(images) != count:
                raise ValueError(f"{len(images)} images: the protocol says {count}")
        features = extract(self.extractor, torch.cat(list(sets)))
        return [score(each, self.reference, self.settings) for each in features.split(count)]


def protocol_of(spec: Spec, split: Split, extractor: LoadedExtractor, reference: Reference) -> Protocol:
    """What scores of a spec mean when its images are compared with a split."""
    return Protocol(
        dataset=spec.dataset,
        resolution=spec.resolution or find_dataset(spec.dataset).resolution,
        split=split,
        real_images=len(reference.pooled),
        generated_images=spec.score.images,
        extractor=extractor.extractor.name,
        extractor_digest=extractor.digest,
        batch_norm=spec.score.batch_norm,
        torch_fidelity=torch_fidelity.__version__,
        averaging=spec.score.averaging,
    )
