"""Scores of images that somebody else made, or of a saved generator: the scorer as a tool of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, get_args

import torch
from pydantic import ConfigDict

from benchmark.agreement import CrossCheck
from benchmark.commands.scored_images import exists, find_scored
from benchmark.commands.scores import called, sentence_of
from benchmark.datasets.catalog import check_folder, known_datasets
from benchmark.datasets.folder import PREFIX
from benchmark.datasets.given_images import read_given
from benchmark.datasets.origin import Origin
from benchmark.errors import UserError
from benchmark.json_records import WITH_NANS, to_json
from benchmark.metrics.arithmetic.frechet_distance import moments
from benchmark.metrics.catalog import default_metrics, known_metrics, possible_objectives
from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Need
from benchmark.names import look_up
from benchmark.paths import Paths
from benchmark.plain_text import is_text
from benchmark.records import Protocol, Split
from benchmark.scoring.against_statistics import against_statistics, left_out
from benchmark.scoring.cross_check import cross_check
from benchmark.scoring.extractors.catalog import find_extractor
from benchmark.scoring.given_statistics import holds_statistics
from benchmark.scoring.ground_truth.catalog import find_ground_truth
from benchmark.scoring.overlap import fingerprints, overlap, same_statistics
from benchmark.scoring.scorer import Scorer, TooFewImagesError, score
from benchmark.spec import Spec
from benchmark.spec.cautions import cautions
from ganzoo.names import unknown

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
        """The same beside what torchmetrics makes of the same features.

        Raises:
            UserError: if there are no real features, but their statistics alone.
        """
        if not len(self.comparison.real.features.pooled):
            raise UserError(f"--cross-check: needs real images, and {called(self.protocol.dataset)} holds statistics")
        return replace(self, check=cross_check(self.comparison))

    def sentence(self) -> str:
        """What the scores mean, for people."""
        return sentence_of(self.protocol)

    def to_json(self) -> str:
        """Protocol and scores, what to know of them, and the check if there was one."""
        return to_json(Told(self.protocol, self.scores, self.cautions or None, self.check), indent=1, without_none=True)


def named_split(name: str) -> Split:
    """The split called `name`.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    known: dict[str, Split] = {split: split for split in get_args(Split)}
    return look_up("split", name, known)


def scoring(overrides: Sequence[str]) -> tuple[str, ...]:
    """Overrides of a spec that nothing is trained by: metrics may be any, since nothing is minimised.

    Args:
        overrides: `KEY=VALUE` each.

    Raises:
        UserError: naming a key that changes no score of given images.
    """
    given = {key.strip(): value for key, _, value in (override.partition("=") for override in overrides)}
    for key in given:
        if key != "resolution" and not key.startswith("score."):
            raise UserError(f"--set {key}: changes nothing here; resolution and the keys of score are allowed")
    metrics = re.findall(r"[\w-]+", given.get("score.metrics", ""))
    fitting = next((name for name, metric in possible_objectives().items() if metric in metrics), "")
    objective = [f"score.objective={fitting}"] if fitting and "score.objective" not in given else []
    return (*overrides, *objective)


@dataclass(frozen=True)
class RealImages:
    """What images are compared with.

    Attributes:
        source: The name of a data set, `folder:PATH`, images in a folder or file, which all count, or a file of
            statistics of such images.
        split: Of the data set.
    """

    source: str
    split: Split

    def __post_init__(self) -> None:
        """Check the name.

        Raises:
            UserError: if there is none, or it cannot be recorded.
        """
        if not self.source.strip():
            raise UserError("--against: must name a data set, a folder or a file")
        if not is_text(self.source):
            raise UserError(f"--against {self.source}: a name that is no UTF-8 cannot be recorded; rename it")

    @property
    def path(self) -> Path | None:
        """Where they lie, if they are not a data set: what lies there comes before a data set of that name."""
        return Path(self.source) if exists(Path(self.source)) else None

    def check(self) -> None:
        """Refuse what is not there, before anything is read.

        Raises:
            UserError: if it is neither folder, nor file, nor data set; with the nearest of those.
        """
        if not self.path:
            check_folder(self.source)
            if not self.source.startswith(PREFIX) and any(sign in self.source for sign in "/\\."):
                raise UserError(f"--against {self.source}: no such folder or file")
            known = {self.source} if self.source.startswith(PREFIX) else known_datasets()
            if self.source not in known:
                raise UserError(unknown("dataset, folder or file", self.source, known))

    @property
    def statistics(self) -> Path | None:
        """The file, if it holds statistics of real features: they come before images beside them, which are fewer."""
        return self.path if self.path and holds_statistics(self.path) else None

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
        source: Pictures in a folder or .zip, an .npy, .npz or .safetensors of uint8 images, or a generator.safetensors.
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
    against.check()
    given = find_scored(source, spec, seed)
    asked = spec.score.model_copy(update={"images": given.count, "metrics": _metrics(spec, against)})
    resolved, where = spec.model_copy(update={"score": asked, "dataset": against.dataset}), torch.device(device)
    scorer = _scorer(resolved, against, given.shape[-1], paths, where)
    metrics = (*asked.metrics, *asked.final_metrics)
    comparison, marks = given.beside(scorer, metrics)
    protocol = _as_given(scorer.protocol, given.origin)
    told = (*cautions(protocol, asked), _left_out(spec, against), _overlap(comparison, marks))
    return ImageScores(protocol, score(comparison, metrics), comparison, tuple(filter(None, told)))


def _scorer(spec: Spec, against: RealImages, side: int, paths: Paths, device: torch.device) -> Scorer:
    if against.statistics:
        return against_statistics(spec, against.statistics, side, paths.data, device)
    if against.path:
        real = read_given(against.path, spec.resolution)
        return Scorer.of_images(spec, "all", real, (paths.data, paths.cache), device)
    try:
        return Scorer.for_split(spec, against.split, paths.data, paths.cache, device)
    except TooFewImagesError as error:
        if not against.source.startswith(PREFIX):
            raise
        raise UserError(f"{error}; {against.source.removeprefix(PREFIX)} without {PREFIX} takes all") from error


def _overlap(comparison: Comparison, marks: Sequence[bytes]) -> str:
    real = comparison.real
    if not len(real.images):
        (generated,) = comparison.on_device(comparison.generated)
        return same_statistics(moments(generated), real.features)
    return overlap(marks, fingerprints(real.images))


def _as_given(protocol: Protocol, origin: Origin | None) -> Protocol:
    """What scores of images mean of which nobody says how they were sampled."""
    return replace(
        protocol,
        batch_norm=AS_GIVEN,
        averaging=AS_GIVEN,
        batch_norm_batches=None,
        batch_norm_batch_size=None,
        generated_sizes=origin.sizes if origin else None,
        generated_resize=origin.resize if origin else None,
        generated_depth=origin.depth if origin else None,
    )


def _metrics(spec: Spec, against: RealImages) -> tuple[str, ...]:
    if "metrics" in spec.score.model_fields_set:
        return spec.score.metrics
    usual = _usual(spec, against)
    return tuple(name for name in usual if known_metrics()[name].from_statistics) if against.statistics else usual


def _left_out(spec: Spec, against: RealImages) -> str:
    asked_by_name = "metrics" in spec.score.model_fields_set
    return left_out(_usual(spec, against), against.statistics) if against.statistics and not asked_by_name else ""


def _usual(spec: Spec, against: RealImages) -> tuple[str, ...]:
    """The metrics that are computed without being asked for, as far as extractor and data set allow."""
    classifies = find_extractor(spec.score.extractor).logits is not None
    lacking = {Need.GROUND_TRUTH} if find_ground_truth(against.dataset) is None else set()
    lacking |= set() if classifies else {Need.LOGITS}
    made = (name for name, metric in known_metrics().items() if Need.GROUND_TRUTH in metric.needs)
    return tuple(name for name in (*default_metrics(), *made) if not lacking & set(known_metrics()[name].needs))
