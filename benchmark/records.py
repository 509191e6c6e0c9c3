"""What a trial leaves behind: every column with its unit, and the names that MLflow and the report share."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from benchmark.agreement import CrossCheck
from benchmark.digests import check_whole, sealed_json, set_aside
from benchmark.files import atomic_write, read_file
from benchmark.json_records import WITH_NANS, from_json, to_json
from benchmark.metrics.metric import Column

Split = Literal["train", "validation", "test", "train+validation", "all"]
# By name: points (discriminator step, mean since the last point).
Curves = dict[str, tuple[tuple[int, float], ...]]
Kind = Literal["trial", "candidate", "final", "paper"]
# "failed": its code raised. "interrupted": something around it ended it, so it has not ended, and is made again.
State = Literal["complete", "pruned", "diverged", "failed", "interrupted"]


# In MLflow each is `train/NAME` by discriminator step.
CURVES: dict[str, Column] = {
    "loss_discriminator": Column("Discriminator loss", "", None),
    "loss_generator": Column("Generator loss", "", None),
    "output_real": Column("D(x)", "", None),
    "output_fake": Column("D(G(z))", "", None),
}
# In MLflow each is `resources/NAME` once: its comparison of runs opens on the first metric by name, which is a score.
COSTS: dict[str, Column] = {
    "train_seconds": Column("Training time", "s", True),
    "score_seconds": Column("Scoring time", "s", True),
    "discriminator_steps": Column("Discriminator updates", "", None),
    "generator_steps": Column("Generator updates", "", None),
    "images_seen": Column("Real images seen", "", None),
    "generator_parameters": Column("Generator parameters", "", None),
    "discriminator_parameters": Column("Discriminator parameters", "", None),
}

# Tags of an MLflow run. `variant`, `kind` and `number` name it within its experiment, which is called by the study id.
TAG_VARIANT = "variant"
TAG_KIND = "kind"  # "variant" on a parent, else "trial" or "final"
TAG_NUMBER = "number"
TAG_STATE = "state"  # a `State`, on children that have ended
TAG_MESSAGE = "message"  # why it failed or was interrupted; "" on others
TAG_STUDY = "study_id"
TAG_PROTOCOL = "protocol"  # JSON of a `Protocol`, on children and on the experiment
TAG_SPEC = "spec"  # JSON of the resolved spec, on the experiment
TAG_BASELINE = "baseline"  # on the experiment: JSON of {split: {"floor": scores, "noise": scores}}
TAG_CROSS_CHECK = "cross_check"  # on the experiment: JSON of a `CrossCheck`, absent from studies of before

# Artifacts of an MLflow run.
SAMPLES = "samples"  # folder of step-000250.png
REAL_SAMPLES = "samples/real.png"
SPEC_FILE = "spec.json"
ENVIRONMENT_FILE = "environment.json"
RECORD_FILE = "record.json"
GENERATOR_FILE = "generator.safetensors"
DISCRIMINATOR_FILE = "discriminator.safetensors"
LATENTS_FILE = "latents.safetensors"
CHECKPOINT_FILE = "checkpoint.safetensors"  # until it ends


# What the table of runs has columns for, besides numbers by name.
TOLD_OF_RUNS = {"variant", "kind", "number", "state", "seed", "setting", "message", "step"}
LARGEST = 2**63 - 1  # of a table's whole numbers


@dataclass(frozen=True)
class Protocol:
    """What a score means; scores of different protocols are never put in one column.

    Attributes:
        dataset: Name of the data set.
        resolution: Side of the images in pixels.
        split: The split that generated images are compared with.
        real_images: Images in that split.
        generated_images: Generated images.
        extractor: The network whose features are compared.
        extractor_digest: First 16 hex digits of the SHA-256 of its weights.
        batch_norm: Which statistics the generator was sampled with.
        torch_fidelity: Version of the library that computed the scores.
        averaging: Whether averaged weights are sampled where a variant has them ("recipe") or never ("off").
        name: Of the protocol in `benchmark.spec.protocols`, if the study follows one to the letter.
        real_digest: First 16 hex digits of the SHA-256 of the real images.
        kid_subset_size: Images that a subset of KID had. This and all that follow are None where a record of an earlier
            version, or whoever made the images, does not say; or where nothing asks for it.
        batch_norm_batches: Batches that "accumulated" statistics were averaged over.
        batch_norm_batch_size: Images a batch of those, or "paper" for each variant's own.
        features: How many the extractor gives an image.
        extractor_resize: How the extractor brings images to the side that its network takes.
        foreign_extractor: Whether the extractor was made for other data.
        real_sizes: Of the real images before anything was done to them, as in "28x28" or "20x31 to 640x480".
        real_resize: How they were brought to `resolution`; "none" where they had it.
        real_depth: Bits that they had: "8 bits", or what became white where greys had more.
        generated_sizes: The same of the generated images.
        generated_resize: The same of the generated images.
        generated_depth: The same of the generated images.
    """

    dataset: str
    resolution: int
    split: Split
    real_images: int
    generated_images: int
    extractor: str
    extractor_digest: str
    batch_norm: str
    torch_fidelity: str
    averaging: str = "off"
    name: str = ""
    real_digest: str = ""
    kid_subset_size: int | None = None
    batch_norm_batches: int | None = None
    batch_norm_batch_size: int | Literal["paper"] | None = None
    features: int | None = None
    extractor_resize: str | None = None
    foreign_extractor: bool | None = None
    real_sizes: str | None = None
    real_resize: str | None = None
    real_depth: str | None = None
    generated_sizes: str | None = None
    generated_resize: str | None = None
    generated_depth: str | None = None

    def differing(self, other: "Protocol") -> dict[str, tuple[object, object]]:
        """The fields in which two protocols differ, with both values: none where one of them does not say."""
        pairs = {each.name: (getattr(self, each.name), getattr(other, each.name)) for each in fields(self)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and None not in pair}

    def completed(self, other: "Protocol") -> "Protocol":
        """The same with what the other says where this one does not."""
        silent = [each.name for each in fields(self) if getattr(self, each.name) is None]
        return replace(self, **{name: getattr(other, name) for name in silent})


@dataclass(frozen=True)
class Preparation:
    """The measured surroundings of a study.

    Attributes:
        protocols: What scores against each split mean.
        baseline: `{split: {"floor" | "noise": scores}}`, with floor the real training images.
        real_grid: A PNG of real images.
        content: Key of the data set's content, as `benchmark.datasets.catalog.key_of`.
        cross_check: What another library makes of the floor on the final split; None in studies of before.
    """

    protocols: dict[Split, Protocol]
    baseline: dict[str, dict[str, dict[str, float]]]
    real_grid: Path
    content: str
    cross_check: CrossCheck | None = None


def paper_entrant(variant: str) -> str:
    """What a variant with its paper's settings is called where it races with the one whose settings were found."""
    return f"{variant} (paper)"


@dataclass(frozen=True)
class TrialConfig:
    """One run to be made: which variant, with what, from which seed.

    Attributes:
        variant: Name in the catalog.
        kind: A "trial" of the search; a "candidate", one of its best settings once more; a "final" run of the settings
            that were found; or a final run of the "paper"'s.
        number: Among the variant's runs of that kind, from 0; later searches' as `benchmark.race.searches` has them.
        seed: What its random streams derive from.
        hyperparameters: Those that the variant has, by name.
        setting: Of all kinds but trials: the number of the trial that has these hyperparameters, or "paper".
    """

    variant: str
    kind: Kind
    number: int
    seed: int
    hyperparameters: dict[str, float]
    setting: str = ""

    @property
    def entrant(self) -> str:
        """What it races as: its variant, or its variant with the paper's settings."""
        return paper_entrant(self.variant) if self.kind == "paper" else self.variant

    @property
    def label(self) -> str:
        """Its name for people, folders and MLflow, as in `dcgan-trial-0003`."""
        return f"{self.variant}-{self.kind}-{self.number:04d}"


@dataclass(frozen=True)
class RungRecord:
    """What was measured at one rung.

    Attributes:
        step: Discriminator updates so far.
        scores: By name in `benchmark.metrics.catalog.known_scores`.
        samples: File name of the sample grid in the run's folder.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    step: int
    scores: dict[str, float]
    samples: str


@dataclass(frozen=True)
class TrialRecord:
    """What a run leaves behind.

    Attributes:
        config: What was asked for.
        state: How it ended.
        protocol: What its scores mean.
        rungs: Scores in the order of steps; the last one is the final score where the state is "complete".
        curves: By name in `CURVES`: points (discriminator step, mean since the last point).
        costs: By name in `COSTS`.
        environment: Versions, device and method that it ran with.
        message: Why it failed or was interrupted.
        study: Id of its study; "" in records of before. It is no part of what came of the run.
        sources: Digests of the files that its parts are written in; none in records of before. No part of it, either.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    # Files and MLflow know it by its earlier name.
    config: Annotated[TrialConfig, Field(alias="assignment")]
    state: State
    protocol: Protocol
    rungs: tuple[RungRecord, ...] = ()
    curves: dict[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    message: str = ""
    study: str = field(default="", compare=False)
    sources: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Refuse what no table can hold; a record may be anybody's.

        Raises:
            ValueError: naming a number that is too large, or what is called like a column of runs.
        """
        numbers = (self.config.number, self.config.seed, *(rung.step for rung in self.rungs))
        steps = (step for points in self.curves.values() for step, _ in points)
        for number in (*numbers, *steps):
            if not 0 <= number <= LARGEST:
                raise ValueError(f"{number} is not from 0 to {LARGEST}")
        of_rungs = (name for rung in self.rungs for name in rung.scores)
        if taken := TOLD_OF_RUNS & {*self.config.hyperparameters, *self.costs, *of_rungs}:
            raise ValueError(f"{min(taken)!r} is the name of no number")

    @property
    def final_scores(self) -> dict[str, float]:
        """The scores at the last rung if the run is complete, else none."""
        return self.rungs[-1].scores if self.state == "complete" and self.rungs else {}

    def to_json(self) -> str:
        """The record as JSON, with its digest; `from_json` gives it back."""
        return sealed_json(to_json(self, indent=1))

    @classmethod
    def from_json(cls, text: str | bytes) -> "TrialRecord":
        """The record that `to_json` wrote.

        Raises:
            ValueError: if it was changed since, or naming the first field that is not as it should be.
        """
        content = text.encode() if isinstance(text, str) else text
        return from_json(cls, check_whole(content))

    def write(self, folder: Path) -> None:
        """Write the record into a folder, whole or not at all."""
        with atomic_write(folder / RECORD_FILE) as unfinished:
            unfinished.write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "TrialRecord | None":
        """The record in a folder, or None if the run has not ended: one that was interrupted has not; see `left_in`."""
        record = cls.left_in(folder)
        return record if record and record.state != "interrupted" else None

    @classmethod
    def left_in(cls, folder: Path) -> "TrialRecord | None":
        """What the last attempt at a run left in its folder, whether it ended or was interrupted; None if nothing.

        A record that is damaged is set aside, which is said in one line, and its run is made again.
        """
        path = folder / RECORD_FILE
        try:
            return cls.from_json(read_file(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as error:
            set_aside(path, error, "the run is made again")
            return None
