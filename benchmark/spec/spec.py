"""The study spec: a TOML file, typed, validated and hashed. Knows nothing of torch, so that the report can read it."""

import hashlib
import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError, model_validator

from benchmark.errors import UserError
from benchmark.metrics.catalog import find_metric, score_column
from benchmark.plain_text import shown
from benchmark.race.rules import Rules, Scale
from benchmark.race.searches import NUMBERS
from benchmark.records import Kind, Split
from benchmark.spec.final import Final
from benchmark.spec.list_keys import holds_list
from benchmark.spec.protocols.catalog import with_protocol
from benchmark.spec.ranges import Range, SearchRanges
from benchmark.spec.sections import (
    STORED,
    Budget,
    CohortSettings,
    PrunerSettings,
    SamplerSettings,
    Score,
    Section,
)
from benchmark.spec.spec_files import find_spec
from benchmark.spec.toml_values import apply_override, check_depth, read_toml
from ganzoo.names import with_nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# Of the spec, what may change for a study that has begun: it goes on, and adds what it lacks.
OPEN_TO_CHANGE: dict[str, Any] = {
    "variants": True,
    "budget": {"searches"},
    "final": {"seeds", "most_seeds", "error", "margin"},
    "score": {"foreign_extractor"},
}
# Keys that studies of before do not have: at their usual value they leave a study's id as it was.
ADDED_LATER = {("cohort", "gradients"): "recorded"}
WHOLE = "spec"  # what a problem of no single table is one of
MOVED = {"budget.final_seeds": "final.seeds and final.most_seeds"}
# What must be in the place of a value of another kind, where pydantic speaks to programmers.
KINDS = {
    **dict.fromkeys(("int_parsing", "int_from_float", "int_type"), "must be a whole number"),
    **dict.fromkeys(("float_parsing", "float_type"), "must be a number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "must be true or false"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "must be a table of keys"),
}


class Spec(Section):
    """A study, whole.

    Attributes:
        name: The study's name, 64 letters, digits and dashes at most.
        dataset: A name in `benchmark.datasets.catalog.known_datasets`, or `folder:PATH`.
        protocol: A name in `benchmark.spec.protocols.PROTOCOLS`, whose values this spec takes over; "" for none.
        variants: Names in the catalog, its sets ("core", "lucic2018", "all"), or parts as in "resnet+hinge+r1".
        seed: What every random stream derives from.
        resolution: Side in pixels that images are resized to; the data set's own if 0.
        train_split: What is trained on.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
    dataset: str
    protocol: str = ""
    variants: Annotated[tuple[str, ...], Field(min_length=1)] = ("all",)
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    resolution: Annotated[int, Field(ge=0, le=4096)] = 0
    train_split: Split = "train"
    budget: Budget = Budget()
    cohort: CohortSettings = CohortSettings()
    search: SearchRanges = SearchRanges()
    sampler: SamplerSettings = SamplerSettings()
    pruner: PrunerSettings = PrunerSettings()
    final: Final = Final()
    score: Score = Field(default_factory=Score)  # not before it is asked for: its metrics may be other people's

    def __repr__(self) -> str:
        return f"<spec of study {self.study_id}: {self.dataset}, {', '.join(self.variants)}>"

    @property
    def study_id(self) -> str:
        """The name and a hash of all that decides a result, so that an edited spec never mixes with old trials.

        The list of variants, the rules of the race and how often searches are repeated are left out: a study that ran
        some goes on with others.
        """
        decisive = self.model_dump(mode="json", exclude=OPEN_TO_CHANGE)
        for (table, key), usual in ADDED_LATER.items():
            if decisive[table][key] == usual:
                del decisive[table][key]
        digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
        return f"{self.name}-{digest[:8]}"

    @property
    def ranked_by(self) -> str:
        """The score that ranks variants: FID where it is computed, unless the search is for a known truth."""
        return "fid" if "fid" in self.score.metrics and self.score.objective in ("fid", "kid") else self.score.objective

    @property
    def scale(self) -> Scale:
        """How two values of that score are compared."""
        return "ratio" if score_column(self.ranked_by).is_ratio else "difference"

    @property
    def rules(self) -> Rules:
        """The rules of the race: of seeds, or of searches where they are repeated."""
        return self.final.rules(self.scale, self.budget.searches)

    def split_of(self, kind: Kind) -> Split:
        """What runs of a kind are scored against."""
        return self.score.final_split if kind in ("final", "paper") else self.score.search_split

    def scored_as(self, split: Split) -> "Spec":
        """The spec by which images are scored against a split: final runs may be scored with more of them."""
        images = self.final.images if split == self.score.final_split and self.final.images else self.score.images
        return self.model_copy(update={"score": self.score.model_copy(update={"images": images})})

    def metrics_at(self, kind: Kind, step: int) -> tuple[str, ...]:
        """What is computed of a run at a rung, by name: of a final run before its end, only what ranks.

        Args:
            kind: Of the run.
            step: The rung, in discriminator updates.
        """
        if kind not in ("final", "paper"):
            return self.score.metrics
        if step == self.budget.rungs[-1]:
            return (*self.score.metrics, *self.score.final_metrics)
        return tuple(name for name in self.score.metrics if self.ranked_by in find_metric(name).columns)

    @model_validator(mode="after")
    def _searches_number_their_runs(self) -> "Spec":
        final = self.final
        if self.budget.searches > 1 and final.candidates * final.candidate_seeds > NUMBERS:
            raise ValueError(
                f"final.candidates = {final.candidates}: repeated searches have {NUMBERS} candidates at most, and "
                f"with candidate_seeds = {final.candidate_seeds} there are {final.candidates * final.candidate_seeds}"
            )
        return self

    @model_validator(mode="after")
    def _one_number_of_images_a_split(self) -> "Spec":
        score = self.score
        if score.search_split == score.final_split and self.final.images not in (0, score.images):
            raise ValueError(
                f"final.images = {self.final.images}: trials and final runs are both scored against "
                f"{score.final_split}, with score.images = {score.images}; leave it out, or score against another split"
            )
        return self


def load_spec(name_or_path: str, studies: Path, overrides: tuple[str, ...] = (), *, stored: bool = False) -> Spec:
    """Read a study spec.

    Args:
        name_or_path: A name in `studies` or of a shipped spec, or the path of a TOML file.
        studies: A person's own folder of named specs.
        overrides: `KEY=VALUE` with a dotted key, the value in TOML or bare, as `apply_override` takes it.
        stored: Whether it is the spec of a study that ran: see `stored_spec`.

    Raises:
        UserError: if the file is missing, is no TOML, a key or value is not allowed, or goes against its protocol.
    """
    path = find_spec(name_or_path, studies)
    return spec_of(read_toml(path), overrides, str(path), stored=stored)


def spec_of(values: dict[str, Any], overrides: tuple[str, ...], origin: str, *, stored: bool = False) -> Spec:
    """The spec that has some values, and those of its protocol beneath them.

    A key `scale` beside the others, above 0 and at most 1, asks for a share of trials, updates, final seeds and images,
    to see a large study run; what comes out has the smaller numbers, and follows no protocol any more.

    Args:
        values: As a TOML file has them; changed in place by the overrides.
        overrides: As `load_spec` takes them.
        origin: Where the values come from, for messages.
        stored: As `load_spec` takes it.

    Raises:
        UserError: if a key or value is not allowed, or goes against the protocol.
    """
    for override in overrides:
        apply_override(values, override, partial(holds_list, Spec))
    check_depth(values, origin)
    scale = values.pop("scale", 1)
    if not isinstance(scale, int | float) or not 0 < scale <= 1:
        raise UserError(f"{origin}: scale = {shown(scale)}: must be a number above 0 and at most 1")
    try:
        spec = Spec.model_validate(with_protocol(values), context=STORED if stored else None)
    except UserError as error:
        raise UserError(f"{origin}: {error}") from error
    except ValidationError as error:
        raise UserError(_told(error, overrides, origin)) from error
    share = {
        "protocol": "",
        "budget": spec.budget.scaled(scale),
        "final": spec.final.scaled(scale),
        "score": spec.score.scaled(scale),
    }
    return spec if scale == 1 else spec.model_copy(update=share)


def stored_spec(text: str) -> Spec:
    """The spec that a study left behind as JSON; metrics whose package is not installed any more are taken as named.

    Raises:
        ValueError: naming the first field that is not as it should be.
    """
    values = json.loads(text)
    budget = values.get("budget", {}) if isinstance(values, dict) else {}
    if "final_seeds" in budget:  # of a release that had a fixed number of seeds
        seeds = budget.pop("final_seeds")
        values["final"] = {"seeds": seeds, "most_seeds": seeds}
    return Spec.model_validate_json(json.dumps(values), context=STORED)


def _told(error: ValidationError, overrides: tuple[str, ...], origin: str) -> str:
    """The first problem as one line, with where the value comes from: a file, or what overrides it."""
    problem = error.errors()[0]
    key = _key(problem)
    given = [override.partition("=")[0].strip() for override in overrides]
    blamed = next((each for each in reversed(given) if f"{key}.".startswith(f"{each}.")), None)
    one_of_several = next((each for each in reversed(given) if _tells_of(problem, key, each)), None)
    if blamed is None and one_of_several is None:
        return f"{origin}: {_first(problem, key)}"
    if blamed is None:
        return f"--set {_first(problem, str(one_of_several))}"
    # A name in a list stands in the message: `--set score.metrics`, not `score.metrics.0`.
    is_named = problem["type"] == "value_error" and re.fullmatch(r"\.\d+", key.removeprefix(blamed))
    told = _first(problem, blamed if is_named else key)
    return f"--set: {told}" if told.startswith("unknown key") else f"--set {told}"


def _tells_of(problem: "ErrorDetails", table: str, key: str) -> bool:
    """Whether a problem of a whole table, of values that do not go together, names the value of a key in it."""
    within = key if table == WHOLE else key.removeprefix(f"{table}.")
    is_inside = table == WHOLE or within != key
    return problem["type"] == "value_error" and is_inside and f" {within} " in f" {problem['msg']} "


def _key(problem: "ErrorDetails") -> str:
    """The dotted key of a problem; parts of `SearchRanges` are not keys that a person writes."""
    return ".".join(str(part) for part in problem["loc"] if part not in SearchRanges.model_fields) or WHOLE


def _first(problem: "ErrorDetails", key: str) -> str:
    """A problem as one line: key, value, what is allowed."""
    message = problem["msg"].removeprefix("Value error, ")
    if key in MOVED:
        return f"unknown key {key!r}: it is {MOVED[key]} now"
    if problem["type"] == "extra_forbidden":
        known = _known_keys(problem["loc"][:-1])
        return with_nearest(f"unknown key {key!r}; known: {', '.join(known)}", str(problem["loc"][-1]), known)
    if problem["type"] in ("missing", "value_error"):
        return f"{key}: {message}"
    given, told = problem["input"], f"{key} = {shown(problem['input'])}: {KINDS.get(problem['type'], message)}"
    return with_nearest(told, given, _quoted_in(message)) if isinstance(given, str) else told


def _quoted_in(message: str) -> list[str]:
    """The names that a message says are allowed, as of a choice."""
    return re.findall("'([^']+)'", message)


def _known_keys(tables: tuple[int | str, ...]) -> list[str]:
    """The keys of the table that `tables` leads to."""
    section = Spec.model_fields[str(tables[0])].annotation if tables else Spec
    fields = Range.model_fields if section is SearchRanges else getattr(section, "model_fields", {})
    return list(fields)
