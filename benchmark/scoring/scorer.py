"""What a trial scores its images with: extractor, real side and protocol of one split; and how metrics are called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch_fidelity
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages, find_dataset, load_split, parts_of
from benchmark.datasets.deep_greys import EIGHT_BITS
from benchmark.datasets.origin import AS_THEY_WERE
from benchmark.errors import UserError
from benchmark.metrics.catalog import find_metric
from benchmark.metrics.comparison import Comparison, RealSide
from benchmark.metrics.evidence import Inverted
from benchmark.metrics.kid import KID, subset_size
from benchmark.metrics.metric import Need
from benchmark.records import Protocol, Split
from benchmark.scoring.extractors.catalog import LoadedExtractor, load_extractor
from benchmark.scoring.features import Features, extract, extract_blocks
from benchmark.scoring.ground_truth.catalog import find_ground_truth
from benchmark.scoring.metric_rules import held_to_columns
from benchmark.scoring.needs import AtHand, asked_for, check_extractor, check_needs, check_number_of_images, is_foreign
from benchmark.scoring.reference import image_digest, load_reference
from benchmark.spec import Score, Spec

SMALLEST_SPLIT = 16  # as few as a spec may ask to generate: all metrics are defined from ten images on


class TooFewImagesError(UserError):
    """A split has too few images for anything to be scored against it."""


@dataclass(frozen=True)
class Sample:
    """What is scored.

    Attributes:
        images: (N, C, H, W) uint8.
        generator: What they were drawn from, for what is known of made data sets; None where there are only images.
        metrics: What is computed, by name; the spec's `score.metrics` if None.
    """

    images: Tensor
    generator: Inverted | None = None
    metrics: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scorer:
    """Turns images into scores against one split of the spec's data set.

    Attributes:
        protocol: What the scores mean.
        settings: The spec's `[score]` table.
        extractor: The network whose features are compared.
        real: The split: its images and what is known of them.
    """

    protocol: Protocol
    settings: Score
    extractor: LoadedExtractor
    real: RealSide

    @classmethod
    def for_split(
        cls, spec: Spec, split: Split, data: Path, cache: Path, device: torch.device, content: str = ""
    ) -> "Scorer":
        """The scorer of a spec and a split; its real side comes from the cache where it can.

        Args:
            spec: Names the data set, the resolution and how to score.
            split: The split that generated images are compared with.
            data: The data folder.
            cache: Folder of the cached references.
            device: Where features are extracted.
            content: Key of the data set's content, where it is known already.

        Raises:
            UserError: if data or weights cannot be had, the split is too small to be scored against, or a metric does
                not go with the extractor or the data set.
        """
        check_extractor(spec.score, find_dataset(spec.dataset).name)
        images = load_split(spec.dataset, split, data, spec.resolution, content)
        train = None
        looking_back = [metric.name for _, metric in asked_for(spec.score) if Need.TRAIN_IMAGES in metric.needs]
        if looking_back:
            if set(parts_of(split)) & set(parts_of(spec.train_split)):
                raise UserError(
                    f"metric {looking_back[0]!r}: the {split} split is trained on (train_split {spec.train_split}), "
                    "and it needs unseen images; leave it out, or score against another split"
                )
            train = load_split(spec.dataset, spec.train_split, data, spec.resolution, content).images
        return cls.of_images(spec, split, images, (data, cache), device, train)

    @classmethod
    def of_images(
        cls,
        spec: Spec,
        split: Split,
        images: LabelledImages,
        folders: tuple[Path, Path],
        device: torch.device,
        train: Tensor | None = None,
    ) -> "Scorer":
        """The scorer of a spec against given images.

        Args:
            spec: Names the data set and how to score.
            split: What the images are called.
            images: The real ones.
            folders: The data folder and that of the cached references.
            device: Where features are extracted.
            train: Images (N, C, R, R) that generators were trained on, if a metric asks for them.

        Raises:
            UserError: as `for_split`.
        """
        (data, cache), pixels = folders, images.images
        check_extractor(spec.score, spec.dataset)
        extractor = load_extractor(spec.score.extractor, data, device)
        if len(pixels) < SMALLEST_SPLIT:
            raise TooFewImagesError(
                f"dataset {spec.dataset!r}: {len(pixels)} {split} images; at least {SMALLEST_SPLIT} are needed"
            )
        check_needs(spec.score, AtHand(spec.dataset, extractor.extractor, images, train))
        digest, name = image_digest(pixels), f"{spec.dataset}-{split}"
        features = load_reference(pixels, digest, name, extractor, cache)
        check_number_of_images(spec.score, features.pooled.shape[1])
        seen = None
        if train is not None:
            name = f"{spec.dataset}-{spec.train_split}"
            seen = load_reference(train, image_digest(train), name, extractor, cache).pooled
        known = images.labels, images.classes, seen, find_ground_truth(spec.dataset)
        real = RealSide(features, pixels.to(device), *known)
        protocol = protocol_of(spec, split, extractor, images, digest, features.pooled.shape[1])
        return cls(protocol, spec.score, extractor, real)

    def score(self, images: Tensor) -> dict[str, float]:
        """Scores of generated images by name in `benchmark.metrics.catalog.known_scores`; deterministic.

        Args:
            images: (N, C, H, W) uint8 with N as the protocol says, on any device.

        Raises:
            ValueError: if there are more or fewer images than the protocol says, since scores depend on their number.
        """
        return self.score_each([Sample(images)])[0]

    def score_each(self, samples: Sequence[Sample]) -> list[dict[str, float]]:
        """Scores of several samples, whose features are extracted together; as `score` of each."""
        count = self.protocol.generated_images
        for sample in samples:
            if len(sample.images) != count:
                raise ValueError(f"{len(sample.images)} images: the protocol says {count}")
        compared = zip(self.compare(samples), samples, strict=True)
        return [score(comparison, self.metrics(sample)) for comparison, sample in compared]

    def metrics(self, sample: Sample) -> tuple[str, ...]:
        """What is computed of a sample."""
        return self.settings.metrics if sample.metrics is None else sample.metrics

    def compare(self, samples: Sequence[Sample]) -> list[Comparison]:
        """Samples of one number of images each beside the real side: what metrics read."""
        images = [sample.images for sample in samples]
        features = extract(self.extractor, torch.cat(images) if len(images) > 1 else images[0])
        each = features.split(len(images[0]))
        return [self.beside(part, sample) for part, sample in zip(each, samples, strict=True)]

    def compare_blocks(self, blocks: Iterable[Tensor], shape: Sequence[int]) -> Comparison:
        """One sample that comes a block at a time, for metrics that read no image but its features.

        Args:
            blocks: Images (N, C, H, W) uint8, all but the last of `benchmark.datasets.image_files.BLOCK`.
            shape: (C, H, W); of the comparison's images, which are none.
        """
        features = extract_blocks(self.extractor, blocks)
        return self.beside(features, Sample(torch.empty(0, *shape, dtype=torch.uint8)))

    def beside(self, features: Features, sample: Sample) -> Comparison:
        """What metrics read of a sample whose features are known: (N, D) and, of a classifier, (N, K)."""
        return Comparison(
            generated=features.pooled,
            logits=features.logits,
            images=sample.images,
            real=self.real,
            kid_subset_size=self.settings.kid_subset_size,
            generator=sample.generator,
        )


def score(comparison: Comparison, metrics: Iterable[str]) -> dict[str, float]:
    """Scores by name in `benchmark.metrics.catalog.known_scores`; deterministic, and no random state is touched.

    Args:
        comparison: Generated and real images, with all that the metrics need.
        metrics: What to compute, by name.

    Raises:
        UserError: if a metric is unknown, or gives anything but numbers for columns of its own.
    """
    scores: dict[str, float] = {}
    for metric in map(find_metric, metrics):
        with torch.inference_mode():
            scores |= held_to_columns(metric, metric.function(comparison))
    return scores


def protocol_of(
    spec: Spec, split: Split, extractor: LoadedExtractor, images: LabelledImages, digest: str, features: int
) -> Protocol:
    """What scores of a spec mean when generated images are compared with those of a split.

    Args:
        spec: How to score.
        split: What is compared with.
        extractor: The network.
        images: The split's.
        digest: Their `image_digest`.
        features: How many the extractor gives an image.
    """
    side, score, count = images.images.shape[-1], spec.score, len(images.images)
    accumulated = score.batch_norm == "accumulated"
    return Protocol(
        dataset=spec.dataset,
        resolution=side,
        split=split,
        real_images=count,
        generated_images=score.images,
        extractor=extractor.extractor.name,
        extractor_digest=extractor.digest,
        batch_norm=score.batch_norm,
        torch_fidelity=torch_fidelity.__version__,
        averaging=score.averaging,
        name=spec.protocol,
        real_digest=digest,
        kid_subset_size=_kid_subset_size(score, count),
        batch_norm_batches=score.batch_norm_batches if accumulated else None,
        batch_norm_batch_size=spec.budget.batch_size if accumulated else None,
        features=features,
        extractor_resize=extractor.extractor.resize,
        foreign_extractor=is_foreign(extractor.extractor, spec.dataset),
        real_sizes=images.origin.sizes if images.origin else None,
        real_resize=images.origin.resize if images.origin else None,
        real_depth=images.origin.depth if images.origin else None,
        generated_sizes=f"{side}x{side}",
        generated_resize=AS_THEY_WERE,
        generated_depth=EIGHT_BITS,
    )


def _kid_subset_size(settings: Score, real: int) -> int | None:
    """What KID is computed with, where it is asked for."""
    asked = KID in (metric for _, metric in asked_for(settings))
    return subset_size(settings.kid_subset_size, settings.images, real) if asked else None
