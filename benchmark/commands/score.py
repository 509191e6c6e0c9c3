"""Scores of images that somebody else made, or of a saved generator: the scorer as a tool of its own."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, get_args

import torch
from pydantic import ConfigDict

from benchmark.agreement import CrossCheck
from benchmark.artifacts.weights import read_generator
from benchmark.commands.sample import draw
from benchmark.datasets.catalog import DATASETS, LabelledImages
from benchmark.datasets.draw import drawn
from benchmark.datasets.given_images import read_given
from benchmark.datasets.image_files import is_image_file
from benchmark.datasets.origin import AS_THEY_WERE, origin_of
from benchmark.errors import UserError
from benchmark.json_records import WITH_NANS, to_json
from benchmark.metrics.catalog import default_metrics, known_metrics
from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Need
from benchmark.names import look_up
from benchmark.paths import Paths
from benchmark.records import Protocol, Split
from benchmark.scoring.cross_check import cross_check
from benchmark.scoring.extractors.catalog import find_extractor
from benchmark.scoring.ground_truth.catalog import find_ground_truth
from benchmark.scoring.scorer import SMALLEST_SPLIT, Sample, Scorer, score
from benchmark.spec import Spec
from benchmark.spec.cautions import cautions, sizes_sentence

AS_GIVEN = "as given"  # how whoever made the images sampled is not known here


@dataclass(frozen=True)
class Told:
    """What is written of scores.

    Attributes:
        protocol: What they mean.
        scores: By name.
        cautions: What to know before believing them; None if there is nothing.
        cross_check: What another library makes of them, if it was asked.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    protocol: Protocol
    scores: dict[str, float]
    cautions: tuple[str, ...] | None = None
    cross_check: CrossCheck | None = None


@dataclass(frozen=True)
class ImageScores:
    """What was found.

    Attributes:
        protocol: What the scores mean.
        scores: By name in `benchmark.metrics.catalog.known_scores`.
        comparison: What they were computed from.
        cautions: What to know before believing them.
        check: What another library makes of it, if it was asked.
    """

    protocol: Protocol
    scores: dict[str, float]
    comparison: Comparison = field(repr=False, compare=False)
    cautions: tuple[str, ...] = ()
    check: CrossCheck | None = None

    def cross_checked(self) -> "ImageScores":
        """The same beside what torchmetrics makes of the same features."""
        return replace(self, check=cross_check(self.comparison))

    def sentence(self) -> str:
        """What the scores mean, for people."""
        protocol = self.protocol
        name = f" under protocol {protocol.name}" if protocol.name else ""
        kid = f", KID's subsets of {protocol.kid_subset_size}" if protocol.kid_subset_size else ""
        return (
            f"{protocol.generated_images} images against {protocol.real_images} of {_called(protocol.dataset)} "
            f"({protocol.split}){name}; {sizes_sentence(protocol)}; features of {protocol.extractor} "
            f"(weights {protocol.extractor_digest}){kid}, torch-fidelity {protocol.torch_fidelity}"
        )

    def to_json(self) -> str:
        """Protocol and scores, what to know of them, and the check if there was one."""
        return to_json(Told(self.protocol, self.scores, self.cautions or None, self.check), indent=1, without_none=True)


def _called(dataset: str) -> str:
    """What was compared with, said so that a folder cannot be taken for the data set of its name."""
    kind, colon, path = dataset.partition(":")
    if not colon:
        return f"the data set {dataset}"
    return f"the {kind} {path}" + (", not the data set of that name" if path in DATASETS else "")


def named_split(name: str) -> Split:
    """The split called `name`.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    known: dict[str, Split] = {split: split for split in get_args(Split)}
    return look_up("split", name, known)


@dataclass(frozen=True)
class RealImages:
    """What images are compared with.

    Attributes:
        source: The name of a data set, `folder:PATH`, or images in a folder or file, which all count.
        split: Of the data set.
    """

    source: str
    split: Split

    @property
    def path(self) -> Path | None:
        """Where they lie, if they are not a data set: what lies there comes before a data set of that name."""
        return Path(self.source) if Path(self.source).exists() else None

    @property
    def dataset(self) -> str:
        """What they are called: `folder:PATH` or `file:PATH`, of which nothing is known, or the data set's name."""
        kind = "folder" if Path(self.source).is_dir() else "file"
        return f"{kind}:{self.source}" if self.path else self.source


def score_images(
    source: Path, against: RealImages, spec: Spec, paths: Paths, device: str, seed: int = 0
) -> ImageScores:
    """Score images as those of a study are scored.

    Args:
        source: A folder of pictures, an .npz or .safetensors of uint8 images, or a generator.safetensors.
        against: The real ones.
        spec: How: its `[score]` table, its resolution, and its protocol if it follows one. Without a protocol all
            images are scored, or as many drawn as it says. Metrics that it does not ask for by name are computed where
            extractor and data set allow.
        paths: Where data and cached references lie.
        device: Where features are extracted, as torch names it.
        seed: Of the generator's latents, or of the draw where there are more images than the protocol asks for.

    Raises:
        UserError: if images or weights cannot be had, or there are fewer images than the protocol asks for.
    """
    given = _images(source, spec, seed)
    images = given.images
    asked = spec.score.model_copy(update={"images": len(images), "metrics": _metrics(spec, against.dataset)})
    resolved, where = spec.model_copy(update={"score": asked, "dataset": against.dataset}), torch.device(device)
    if against.path:
        real = read_given(against.path, spec.resolution)
        scorer = Scorer.of_images(resolved, "all", real, (paths.data, paths.cache), where)
    else:
        scorer = Scorer.for_split(resolved, against.split, paths.data, paths.cache, where)
    protocol = _as_given(scorer.protocol, given)
    sample = Sample(images, metrics=(*asked.metrics, *asked.final_metrics))
    (comparison,) = scorer.compare([sample])
    told = tuple(cautions(protocol, asked))
    return ImageScores(protocol, score(comparison, scorer.metrics(sample)), comparison, told)


def _as_given(protocol: Protocol, given: LabelledImages) -> Protocol:
    """What scores of images mean of which nobody says how they were sampled."""
    return replace(
        protocol,
        batch_norm=AS_GIVEN,
        averaging=AS_GIVEN,
        batch_norm_batches=None,
        batch_norm_batch_size=None,
        generated_sizes=given.origin.sizes if given.origin else None,
        generated_resize=given.origin.resize if given.origin else None,
    )


def _images(source: Path, spec: Spec, seed: int) -> LabelledImages:
    if not source.exists():
        raise UserError(f"{source}: no such folder or file; give images or a generator.safetensors")
    if not is_image_file(source):
        images = draw(read_generator(source), spec.score.images, seed)
        labels = torch.zeros(len(images), dtype=torch.int64)
        return LabelledImages(images, labels, 1, origin_of([(images.shape[-1], images.shape[-2])], 0, AS_THEY_WERE))
    given = read_given(source, spec.resolution)
    count = len(given.images)
    wanted = spec.score.images if spec.protocol else count
    if count < max(wanted, SMALLEST_SPLIT):
        rule = (
            f"protocol {spec.protocol!r} asks for {wanted}"
            if spec.protocol
            else f"at least {SMALLEST_SPLIT} are needed"
        )
        raise UserError(f"{source}: {count} images; {rule}")
    chosen = drawn(given.labels, wanted, seed)
    return replace(given, images=given.images[chosen], labels=given.labels[chosen])


def _metrics(spec: Spec, against: str) -> tuple[str, ...]:
    if "metrics" in spec.score.model_fields_set:
        return spec.score.metrics
    classifies = find_extractor(spec.score.extractor).logits is not None
    lacking = {Need.GROUND_TRUTH} if find_ground_truth(against) is None else set()
    lacking |= set() if classifies else {Need.LOGITS}
    made = (name for name, metric in known_metrics().items() if Need.GROUND_TRUTH in metric.needs)
    return tuple(name for name in (*default_metrics(), *made) if not lacking & set(known_metrics()[name].needs))
