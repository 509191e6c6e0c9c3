"""The `[search]` table of a study spec: what each hyperparameter may be."""

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from benchmark.spec.sections import Section
from ganzoo.hyperparameters import NAMES, check_domain
from ganzoo.names import with_nearest


class Range(Section):
    """What one hyperparameter may be: an interval or a list of choices.

    Attributes:
        low: Lower end of the interval.
        high: Upper end of the interval.
        log: Whether to search the interval's logarithm.
        choices: The values to choose from, instead of an interval.
    """

    # What is not finite is refused with a word of what the hyperparameter may be.
    model_config = ConfigDict(allow_inf_nan=True)

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

    def holds(self, value: float) -> bool:
        """Whether `value` is one of the choices or lies in the interval."""
        if self.choices is not None:
            return value in self.choices
        return self.low is not None and self.high is not None and self.low <= value <= self.high


def _within_domains(ranges: dict[str, Range]) -> dict[str, Range]:
    for name, values in ranges.items():
        if name == "n_critic" and values.choices is None:
            raise ValueError("n_critic: give choices = [...], since it must be a whole ratio")
        for value in (values.low, values.high, *(values.choices or ())):
            if value is not None:
                check_domain(name, value)
    return ranges


Ranges = Annotated[dict[str, Range], AfterValidator(_within_domains)]


class SearchRanges(Section):
    """The ranges: for all variants that have the hyperparameter, and where one variant differs.

    Attributes:
        shared: Range by hyperparameter.
        by_variant: Range by variant and hyperparameter; it replaces the shared one.
    """

    shared: Ranges = Field(default_factory=dict)
    by_variant: dict[str, Ranges] = Field(default_factory=dict)

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
                    told = f"unknown hyperparameter {key!r} in [{table}]; known: {', '.join(NAMES)}"
                    raise ValueError(with_nearest(told, key, NAMES))
        return {"shared": shared, "by_variant": others}

    def ranges(self, variant: str) -> dict[str, Range]:
        """The ranges that hold for one variant, by hyperparameter."""
        return self.shared | self.by_variant.get(variant, {})
