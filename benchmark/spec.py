"""The study spec: a TOML file, typed, validated and hashed. Knows nothing of torch, so that the report can read it."""

import hashlib
import json
import tomllib
from difflib import get_close_matches
from pathlib import Path
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

from benchmark.errors import UserError
from ganzoo.hyperparameters import NAMES, check_domain

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
        method: "stacked" trains the members in one vmapped program, "looped" one after another through the same code;
            "auto" is stacked on a GPU and looped on a CPU. The two differ by rounding.
    """

    size: Annotated[int, Field(ge=1)] = 4
    method: Literal["auto", "stacked", "looped"] = "auto"


class Range(Section):
    """What one hyperparameter may be: an interval or a list of choices.

    Attributes:
        low: Lower end of the interval.
        high: Upper end of the interval.
        log: Whether to search the interval's logarithm.
        choices: The values to choose from, instead of an interval.
    """

    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: tuple[float, ...] | None = None

    @model_validator(mode="after")
    def _either_interval_or_choices(self) -> "Range":
        if self.choices is not None:
            if not self.choices or self.low is not None or self.high is not None or self.log:
                raise ValueError("give either choices = [...] with one value or more, or low and high")
        elif self.low is None or self.high is None or not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError(
                f"low = {self.low}, high = {self.high}: give low < high (low > 0 if log), or choices = [...]"
            )
        return self


def _within_domains(ranges: dict[str, Range]) -> dict[str, Range]:
    for name, values in ranges.items():
        if name == "n_critic" and values.choices is None:
            raise ValueError("n_critic: give choices = [...], since it must be a whole ratio")
        for value in (values.low, values.high, *(values.choices or ())):
            if value is not None:
                check_domain(name, value)
    return ranges


Ranges = Annotated[dict[str, Range], AfterValidator(_within_domains)]


class Search(Section):
    """The ranges: for all variants that have the hyperparameter, and where one variant differs.

    Attributes:
        shared: Range by hyperparameter.
        by_variant: Range by variant and hyperparameter; it replaces the shared one.
    """

    shared: Ranges = {}
    by_variant: dict[str, Ranges] = {}

    @model_validator(mode="before")
    @classmethod
    def _split(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.keys() <= {"shared", "by_variant"}:
            return values
        shared = {key: value for key, value in values.items() if key in NAMES}
        others = {key: value for key, value in values.items() if key not in NAMES}
        for table, ranges in (("search", others), *((f"search.{name}", table) for name, table in others.items())):
            for key, value in ranges.items() if isinstance(ranges, dict) else ():
                is_range = not isinstance(value, dict) or bool(value.keys() & Range.model_fields.keys())
                if is_range and key not in NAMES:
                    raise ValueError(f"unknown hyperparameter {key!r} in [{table}]; known: {', '.join(NAMES)}")
        return {"shared": shared, "by_variant": others}

    def ranges(self, variant: str) -> dict[str, Range]:
        """The ranges that hold for one variant, by hyperparameter."""
        return self.shared | self.by_variant.get(variant, {})


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
        kid_subset_size: Images a subset of KID.
    """

    extractor: str = "digits-cnn"
    images: Annotated[int, Field(ge=16)] = 1000
    metrics: tuple[Metric, ...] = METRICS
    objective: Literal["fid", "kid"] = "fid"
    batch_norm: Literal["accumulated", "running"] = "accumulated"
    batch_norm_batches: Annotated[int, Field(ge=1)] = 16
    kid_subset_size: Annotated[int, Field(ge=2)] = 200

    @model_validator(mode="after")
    def _objective_is_computed(self) -> "Score":
        if self.objective not in self.metrics:
            raise ValueError(f"objective {self.objective!r} must be one of metrics {list(self.metrics)}")
        return self


class Spec(Section):
    """A study, whole.

    Attributes:
        name: The study's name, letters, digits and dashes.
        dataset: A name in `benchmark.datasets.catalog.DATASETS`.
        variants: Names in the catalog, or "all".
        seed: What every random stream derives from.
        resolution: Side in pixels that images are resized to; the data set's own if 0.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    dataset: str
    variants: tuple[str, ...] = ("all",)
    seed: Annotated[int, Field(ge=0)] = 0
    resolution: Annotated[int, Field(ge=0)] = 0
    budget: Budget = Budget()
    cohort: Cohort = Cohort()
    search: Search = Search()
    pruner: Pruner = Pruner()
    score: Score = Score()

    @property
    def study_id(self) -> str:
        """The name and a hash of all that decides a result, so that an edited spec never mixes with old trials.

        The list of variants is left out: a study that ran some goes on with others.
        """
        decisive = self.model_dump(mode="json", exclude={"variants"})
        digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
        return f"{self.name}-{digest[:8]}"


def load_spec(name_or_path: str, studies: Path, overrides: tuple[str, ...] = ()) -> Spec:
    """Read a study spec.

    Args:
        name_or_path: A name in `studies`, or the path of a TOML file.
        studies: The folder of named specs.
        overrides: `KEY=VALUE` with a dotted key, the value in TOML (a bare word is taken as a string).

    Raises:
        UserError: if the file is missing, is no TOML, or a key or value is not allowed.
    """
    path = Path(name_or_path) if name_or_path.endswith(".toml") else studies / f"{name_or_path}.toml"
    if not path.is_file():
        raise UserError(_missing(name_or_path, path, studies))
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        for override in overrides:
            _apply(values, override)
        return Spec.model_validate(values)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a TOML file: {error}") from error
    except ValidationError as error:
        raise UserError(f"{path}: {_first(error)}") from error


def _missing(name: str, path: Path, studies: Path) -> str:
    known = sorted(file.stem for file in studies.glob("*.toml"))
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"no study spec {str(path)!r}: {hint}known in {studies}: {', '.join(known) or 'none'}"


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not key or not equals:
        raise UserError(f"--set {override!r}: must be KEY=VALUE, as in budget.trials=16")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *tables, last = key.strip().split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise UserError(f"--set {override!r}: {table!r} is a value, not a table")
    values[last] = value


def _first(error: ValidationError) -> str:
    """The first problem as one line: key, value, what is allowed."""
    problem = error.errors()[0]
    # The parts of `Search` are not keys that a person writes.
    key = ".".join(str(part) for part in problem["loc"] if part not in Search.model_fields) or "spec"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        return f"unknown key {key!r}; known: {', '.join(_known_keys(problem['loc'][:-1]))}"
    if problem["type"] in ("missing", "value_error"):
        return f"{key}: {message}"
    return f"{key} = {problem['input']!r}: {message}"


def _known_keys(tables: tuple[int | str, ...]) -> list[str]:
    """The keys of the table that `tables` leads to."""
    section = Spec.model_fields[str(tables[0])].annotation if tables else Spec
    fields = Range.model_fields if section is Search else getattr(section, "model_fields", {})
    return list(fields)
