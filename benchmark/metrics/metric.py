"""What a metric is: a name, the columns that it fills, and a function of a comparison."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType

from benchmark.metrics.comparison import Comparison
from ganzoo.names import quoted
from ganzoo.slips import check_field


class Need(StrEnum):
    """What a metric cannot be computed without, beside features of generated and of real images."""

    LOGITS = "logits"
    LABELS = "labels"
    TRAIN_IMAGES = "train images"
    GROUND_TRUTH = "ground truth"


@dataclass(frozen=True)
class Column:
    """A number that a run is compared by.

    Attributes:
        label: For people.
        unit: "" for a pure number.
        lower_is_better: Which way is up; None where neither is.
        lowest: What it cannot be below; None where there is no such bound, or chance may carry an estimate below it.
        is_ratio: Whether it is always above zero, so that two values are compared by their ratio.
        is_tabled: Whether the leaderboard's table has it, if one of its ends is better; files have every column.
    """

    label: str
    unit: str
    lower_is_better: bool | None
    lowest: float | None = None
    is_ratio: bool = False
    is_tabled: bool = True

    def __post_init__(self) -> None:
        owner, allowed = f"column {quoted(self.label)}", "True, False, or None where neither end is better"
        check_field(owner, "lower_is_better", self.lower_is_better, (bool, NoneType), allowed)

    @property
    def better(self) -> str:
        """Which end is: "lower", "higher", or "" where neither is."""
        return {True: "lower", False: "higher", None: ""}[self.lower_is_better]


@dataclass(frozen=True)
class Metric:
    """A way to compare generated with real images.

    Attributes:
        name: How it is asked for in `score.metrics`.
        columns: What it fills, by names that no other metric has.
        function: `(comparison) -> values by column`, of all its columns or, where the rest cannot be told, of some;
            deterministic, leaving random states as they were. Called in torch's inference mode.
        citation: Where it comes from.
        needs: What must be at hand.
        fewest_images: `(number of features) -> images` that must be generated, where a few are not enough.
        extractor: The only extractor, by name, on whose features it is what it is called; None if any will do.
        from_statistics: Whether mean and covariance of the real features will do for it.
        is_default: Whether a study computes it without asking. Counts for the built-in ones only, lest a package that
            is installed change what a study is.
    """

    name: str
    columns: Mapping[str, Column]
    function: Callable[[Comparison], dict[str, float]]
    citation: str
    needs: tuple[Need, ...] = ()
    fewest_images: Callable[[int], int] | None = None
    extractor: str | None = None
    from_statistics: bool = False
    is_default: bool = False

    def __post_init__(self) -> None:
        owner, column = f"metric {quoted(self.name)}", "a benchmark.metrics.metric.Column"
        check_field(owner, "columns", self.columns, Mapping, f"a dictionary, {column} by name")
        known = ", ".join(f"Need.{each.name}" for each in Need)
        check_field(owner, "needs", self.needs, tuple, f"a tuple of {known}, as in (Need.LABELS,)")
        for need in self.needs:
            check_field(owner, "needs", need, Need, f"a tuple of {known}, as in (Need.LABELS,)")
        check_field(owner, "extractor", self.extractor, (str, NoneType), "an extractor's name, or None for any")
        for name, each in self.columns.items():
            check_field(
                owner, f"columns[{name!r}]", each, Column, f"{column}, as in Column('Label', '', lower_is_better=True)"
            )
