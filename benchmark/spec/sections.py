"""The tables of a study spec, all but the search ranges."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from benchmark.errors import UserError
from benchmark.metrics.catalog import default_metrics, find_metric, possible_objectives
from benchmark.plain_text import shown
from benchmark.records import Split

# Context of validation: a spec that a study left behind, which may name metrics that are not installed any more.
STORED = "stored"


def _known_metric(name: str, validation: ValidationInfo) -> str:
    if not _is_stored(validation):
        try:
            find_metric(name)
        except UserError as error:
            raise ValueError(str(error)) from error
    return name


def _possible_objective(name: str, validation: ValidationInfo) -> str:
    if not _is_stored(validation) and name not in possible_objectives():
        known = ", ".join(map(repr, possible_objectives()))
        raise PydanticCustomError("objective", "must be a score of which less is better: {known}", {"known": known})
    return name


def _is_stored(validation: ValidationInfo) -> bool:
    return validation.context == STORED


# What nobody means: a number of another key, or a slip of the keyboard.
Count = Annotated[int, Field(ge=1, le=10**6)]
Steps = Annotated[int, Field(ge=1, le=10**9)]
MetricName = Annotated[str, AfterValidator(_known_metric)]


class Section(BaseModel):
    """A table of the spec: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What is told of it: the values that are not the usual ones."""
        for name, field in type(self).model_fields.items():
            if (value := getattr(self, name)) != field.get_default(call_default_factory=True):
                yield name, value

    def __str__(self) -> str:
        return repr(self)


class Budget(Section):
    """What every variant may spend.

    Attributes:
        trials: Trials a variant.
        searches: Searches of so many trials each that no variant gets more of, with random numbers of their own. Of 1
            the seeds of the settings that it found race; of more, the searches themselves. May be raised for a finished
            study: it adds what it lacks.
        discriminator_steps: Discriminator updates a trial; n_critic never buys more data.
        batch_size: Images a batch for every variant, or "paper" for each variant's own.
        rungs: Discriminator steps at which a trial is scored; the last step is always one.
    """

    trials: Count = 8
    searches: Annotated[int, Field(ge=1, le=1000)] = 1
    discriminator_steps: Steps = 1000
    batch_size: Annotated[int, Field(ge=2, le=2**20)] | Literal["paper"] = 64
    rungs: Annotated[tuple[Steps, ...], Field(validate_default=True)] = ()

    def images_a_batch(self, paper: int) -> int:
        """The batch size of a variant whose paper has `paper`."""
        return paper if self.batch_size == "paper" else self.batch_size

    def scaled(self, share: float) -> "Budget":
        """A share of the budget: at least one trial and one update, and two searches if there are several."""
        return self.model_copy(
            update={
                "trials": max(1, round(self.trials * share)),
                "searches": min(self.searches, max(2, round(self.searches * share))),
                "discriminator_steps": max(1, round(self.discriminator_steps * share)),
                "rungs": tuple(sorted({max(1, round(rung * share)) for rung in self.rungs})),
            }
        )

    @field_validator("batch_size", mode="wrap")
    @classmethod
    def _whole_number_or_paper(cls, value: object, validate: ValidatorFunctionWrapHandler) -> object:
        try:
            return validate(value)
        except ValidationError as error:
            raise ValueError(f'{shown(value)} is neither a whole number of 2 or more nor "paper"') from error

    @field_validator("rungs")
    @classmethod
    def _end_on_a_rung(cls, rungs: tuple[int, ...], others: ValidationInfo) -> tuple[int, ...]:
        steps = others.data.get("discriminator_steps")
        if steps is None:  # refused already
            return rungs
        if any(rung > steps for rung in rungs):
            fitting = sorted({*(rung for rung in rungs if rung < steps), steps})
            raise ValueError(
                f"{list(rungs)} must not exceed discriminator_steps {steps}; "
                f"--set budget.rungs={','.join(map(str, fitting))} goes with it"
            )
        return tuple(sorted({*rungs, steps}))


class CohortSettings(Section):
    """How trials are trained together.

    Attributes:
        size: Trials asked for together; the sampler sees their scores together.
        method: "stacked" trains the members in one vmapped program, "parallel" on streams of their own of one GPU,
            "channels-last" too with another layout of images, "looped" one after another; "auto" is looped on a CPU,
            and on a GPU what is measured to be fastest there. They differ by rounding.
        precision: Of products and convolutions in training on a GPU: "tf32" multiplies ten bits of each number, which
            is faster, and rounds differently. Scores are always computed in float32 or better.
        gradients: On a CPU: "recorded" plays back what autograd computes, to the last digit; "compiled" has it made
            into machine code, which takes a C++ compiler and a minute a variant, once on a machine, and then trains up
            to 1.5 times as fast, and rounds differently.
    """

    size: Annotated[int, Field(ge=1, le=10**4)] = 4
    method: Literal["auto", "stacked", "parallel", "channels-last", "looped"] = "auto"
    precision: Literal["float32", "tf32"] = "float32"
    gradients: Literal["recorded", "compiled"] = "recorded"

    @model_validator(mode="after")
    def _one_by_one_if_compiled(self) -> "CohortSettings":
        if self.gradients == "compiled" and self.method not in ("auto", "looped"):
            raise ValueError(
                f'gradients = "compiled" is for members one after another, and method = "{self.method}" trains them '
                'together: method = "looped" or "auto" goes with it'
            )
        return self


class SamplerSettings(Section):
    """How trials after the first are chosen.

    Attributes:
        kind: "tpe" learns from earlier trials, "random" does not.
        same_learning_rates: Whether both players have the generator's learning rate.
    """

    kind: Literal["tpe", "random"] = "tpe"
    same_learning_rates: bool = False


class PrunerSettings(Section):
    """When a trial is stopped at a rung.

    Attributes:
        percentile: A trial goes on if its best score so far is within this share (0 to 100] of the finished trials' at
            the same rung; 100 prunes nothing.
        startup_trials: Trials finished before any is pruned.
    """

    percentile: Annotated[float, Field(gt=0, le=100)] = 50.0
    startup_trials: Count = 4


class Score(Section):
    """How runs are scored; the report prints it under every table.

    Attributes:
        extractor: The network whose features are compared.
        images: Generated images a score.
        metrics: What to compute at every rung, by names in `benchmark.metrics.catalog.known_metrics`.
        final_metrics: What to compute besides at the end of final runs: extrapolated FIDs, for instance, take a while.
        objective: The score that the search minimises, on `search_split`.
        search_split: What trials are compared with.
        final_split: What final runs are compared with.
        batch_norm: Statistics that the generator is sampled with: "accumulated" afresh over `batch_norm_batches`
            batches, or the "running" averages of training.
        batch_norm_batches: Batches that "accumulated" averages over.
        averaging: "recipe" samples the averaged weights of a variant that averages its generator's; "off" never does.
        kid_subset_size: Images a subset of KID, or as many as the smaller of both sides has, which the record says.
        foreign_extractor: Whether an extractor may be used on data that it was not made for. It lets a study run, and
            changes no score: so it is no part of the study's id.
    """

    extractor: str = "digits-cnn"
    images: Annotated[int, Field(ge=16, le=10**7)] = 1000
    metrics: tuple[MetricName, ...] = default_metrics()
    final_metrics: tuple[MetricName, ...] = ()
    objective: Annotated[str, AfterValidator(_possible_objective)] = "fid"
    search_split: Split = "validation"
    final_split: Split = "test"
    batch_norm: Literal["accumulated", "running"] = "accumulated"
    batch_norm_batches: Count = 16
    averaging: Literal["recipe", "off"] = "recipe"
    kid_subset_size: Annotated[int, Field(ge=2, le=10**7)] = 200
    foreign_extractor: bool = False

    def scaled(self, share: float) -> "Score":
        """A share of the images, at least 64."""
        images = min(self.images, max(64, round(self.images * share)))
        return self.model_copy(update={"images": images})

    @model_validator(mode="after")
    def _objective_is_computed(self) -> "Score":
        needed = possible_objectives().get(self.objective)  # None if it is stored, and its package gone
        if needed and needed not in self.metrics:
            raise ValueError(f"objective {self.objective!r} needs metric {needed!r} among metrics {list(self.metrics)}")
        return self
