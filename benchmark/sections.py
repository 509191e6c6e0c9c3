"""The tables of a study spec, all but the search ranges."""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

Metric = Literal["fid", "inception_score", "kid", "precision_recall"]
METRICS: tuple[Metric, ...] = ("fid", "inception_score", "kid", "precision_recall")


class Section(BaseModel):
    """A table of the spec: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Budget(Section):
    """What every variant may spend.

    Attributes:
        trials: Trials a variant.
        discriminator_steps: Discriminator updates a trial; n_critic never buys more data.
        batch_size: Images a batch for every variant, or "paper" for each variant's own.
        rungs: Discriminator steps at which a trial is scored; the last step is always one.
        final_seeds: Runs of the best hyperparameters with fresh seeds.
    """

    trials: Annotated[int, Field(ge=1)] = 8
    discriminator_steps: Annotated[int, Field(ge=1)] = 1000
    batch_size: Annotated[int, Field(ge=2)] | Literal["paper"] = 64
    rungs: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(validate_default=True)] = ()
    final_seeds: Annotated[int, Field(ge=1)] = 3

    def images_a_batch(self, paper: int) -> int:
        """The batch size of a variant whose paper has `paper`."""
        return paper if self.batch_size == "paper" else self.batch_size

    @field_validator("batch_size", mode="wrap")
    @classmethod
    def _whole_number_or_paper(cls, value: object, validate: ValidatorFunctionWrapHandler) -> object:
        try:
            return validate(value)
        except ValidationError as error:
            raise ValueError(f'{value!r} is neither a whole number of 2 or more nor "paper"') from error

    @field_validator("rungs")
    @classmethod
    def _end_on_a_rung(cls, rungs: tuple[int, ...], others: ValidationInfo) -> tuple[int, ...]:
        steps = others.data.get("discriminator_steps")
        if steps is None:  # refused already
            return rungs
        if any(rung > steps for rung in rungs):
            raise ValueError(f"{list(rungs)} must not exceed discriminator_steps {steps}")
        return tuple(sorted({*rungs, steps}))


class Cohort(Section):
    """How trials are trained together.

    Attributes:
        size: Trials asked for together; the sampler sees their scores together.
        method: "stacked" trains the members in one vmapped program, "parallel" on streams of their own of one GPU,
            "channels-last" too with another layout of images, "looped" one after another; "auto" is looped on a CPU,
            and on a GPU what is measured to be fastest there. They differ by rounding.
        precision: Of products and convolutions in training on a GPU: "tf32" multiplies ten bits of each number, which
            is faster, and rounds differently. Scores are always computed in float32 or better.
    """

    size: Annotated[int, Field(ge=1)] = 4
    method: Literal["auto", "stacked", "parallel", "channels-last", "looped"] = "auto"
    precision: Literal["float32", "tf32"] = "float32"


class Pruner(Section):
    """When a trial is stopped at a rung.

    Attributes:
        percentile: A trial goes on if its best score so far is within this share (0 to 100] of the finished trials' at
            the same rung; 100 prunes nothing.
        startup_trials: Trials finished before any is pruned.
    """

    percentile: Annotated[float, Field(gt=0, le=100)] = 50.0
    startup_trials: Annotated[int, Field(ge=1)] = 4


class Score(Section):
    """How runs are scored; the report prints it under every table.

    Attributes:
        extractor: The network whose features are compared.
        images: Generated images a score.
        metrics: What to compute.
        objective: What the search minimises, on the validation split.
        batch_norm: Statistics that the generator is sampled with: "accumulated" afresh over `batch_norm_batches`
            batches, or the "running" averages of training.
        batch_norm_batches: Batches that "accumulated" averages over.
        averaging: "recipe" samples the averaged weights of a recipe that averages its generator's; "off" never does.
        kid_subset_size: Images a subset of KID.
    """

    extractor: str = "digits-cnn"
    images: Annotated[int, Field(ge=16)] = 1000
    metrics: tuple[Metric, ...] = METRICS
    objective: Literal["fid", "kid"] = "fid"
    batch_norm: Literal["accumulated", "running"] = "accumulated"
    batch_norm_batches: Annotated[int, Field(ge=1)] = 16
    averaging: Literal["recipe", "off"] = "recipe"
    kid_subset_size: Annotated[int, Field(ge=2)] = 200

    @model_validator(mode="after")
    def _objective_is_computed(self) -> "Score":
        if self.objective not in self.metrics:
            raise ValueError(f"objective {self.objective!r} must be one of metrics {list(self.metrics)}")
        return self
