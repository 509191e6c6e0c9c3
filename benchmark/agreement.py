"""How far another library's scores of the same features agree with ours."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from benchmark.json_records import WITH_NANS, from_json, to_json
from benchmark.metrics.catalog import score_column

# Two libraries agree if a score differs by no more than this share of it, or by no more than rounding.
TOLERANCE = 1e-3
ROUNDING = 1e-6  # of checks that do not say what theirs is, as those of before


@dataclass(frozen=True)
class Agreement:
    """One score, computed by two libraries from the same features.

    Attributes:
        ours: As this package computes it.
        theirs: As the other library does.
        rounding: What the arithmetic alone may make of equal numbers, >= 0: below it a relative difference says
            nothing.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    ours: float
    theirs: float
    rounding: float = ROUNDING

    @property
    def difference(self) -> float:
        """Between both, relative to the larger one; at least 0."""
        size = max(abs(self.ours), abs(self.theirs))
        return abs(self.ours - self.theirs) / size if size else 0.0

    @property
    def holds(self) -> bool:
        """Whether they are the same but for rounding, which is all there is of a score that is about zero."""
        return self.difference <= TOLERANCE or self.is_of_rounding

    @property
    def is_of_rounding(self) -> bool:
        """Whether their difference is all rounding, and too large a share of them to be a measure."""
        if not abs(self.ours - self.theirs) <= self.rounding:
            return False
        return max(abs(self.ours), abs(self.theirs)) <= self.rounding or self.difference > TOLERANCE

    def sentence(self) -> str:
        """How far they agree, for people, where they do."""
        apart = abs(self.ours - self.theirs)
        if not apart:
            return "exactly"
        return f"within {_short(apart)}, which is rounding" if self.is_of_rounding else f"to {_short(self.difference)}"


@dataclass(frozen=True)
class CrossCheck:
    """What an independent library makes of the same features.

    Attributes:
        library: Its name and version.
        scores: Both values, by name of the score.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    library: str
    scores: dict[str, Agreement]

    @property
    def agrees(self) -> bool:
        """Whether every score is the same but for rounding."""
        return all(agreement.holds for agreement in self.scores.values())

    @property
    def worst(self) -> float:
        """The largest relative difference of a score, those of rounding left out; 0 if all are."""
        return max((each.difference for each in self.scores.values() if not each.is_of_rounding), default=0.0)

    def sentence(self) -> str:
        """What came out, for people: how far each score agrees, or which differ."""
        if self.agrees:
            parts = [f"{score_column(name).label} {each.sentence()}" for name, each in self.scores.items()]
            return f"{self.library} agrees: {', '.join(parts)}"
        parts = [
            f"{score_column(name).label} is {each.ours:.6g} here and {each.theirs:.6g} there"
            for name, each in self.scores.items()
            if not each.holds
        ]
        return f"{self.library} differs: {', '.join(parts)}"

    def to_json(self) -> str:
        """The check as JSON; `from_json` gives it back."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "CrossCheck":
        """The check that `to_json` wrote.

        Raises:
            ValueError: naming the first field that is not as it should be.
        """
        return from_json(cls, text)


def _short(number: float) -> str:
    return f"{number:.0e}".replace("e-0", "e-")
