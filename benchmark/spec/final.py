"""The `[final]` table of a study spec: the race of the settings that searches found."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from benchmark.race.rules import Rules, Scale
from benchmark.race.searches import FIRST_SEARCHES
from benchmark.spec.sections import Section

# Where the spec gives none: a tenth of the score; and next to nothing for differences, whose size only the user knows.
MARGINS: dict[Scale, float] = {"ratio": 1.1, "difference": 1e-12}


class Final(Section):
    """How the found settings are chosen and raced.

    Attributes:
        seeds: Final runs that every variant gets first; two or more, for anything to be told. Where searches are
            repeated, those of each search.
        most_seeds: Final runs that no variant gets more of; as many as `seeds` for a fixed number, without a race. May
            be raised for a finished study: it adds what it lacks. Without meaning where searches are repeated.
        error: Chance, over the whole race, that the best is sent out.
        margin: How far apart scores may be and still count as practically equal: a ratio, 1.1 if not given; a
            difference for scores that may be zero or below, of which none are equal if it is not given.
        images: Generated images a score of a final run; `score.images` if 0.
        candidates: The best settings of a search that are trained and scored again, on the search's split, before one
            of them is chosen; 1 takes the best as it is.
        candidate_seeds: Fresh seeds of each candidate.
        settings: What races for a variant: the settings that were "found", and the "paper"'s.
    """

    seeds: Annotated[int, Field(ge=1, le=10**4)] = 6
    most_seeds: Annotated[int, Field(ge=1, le=10**4)] = 24
    error: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    margin: Annotated[float, Field(gt=0)] | None = None
    images: Annotated[int, Field(ge=0, le=10**7)] = 0
    candidates: Annotated[int, Field(ge=1, le=10**4)] = 1
    candidate_seeds: Annotated[int, Field(ge=1, le=10**4)] = 1
    settings: tuple[Literal["found", "paper"], ...] = ("found",)

    @model_validator(mode="before")
    @classmethod
    def _most_is_at_least_the_first(cls, values: Any) -> Any:
        if isinstance(values, dict) and "most_seeds" not in values and isinstance(values.get("seeds"), int):
            return values | {"most_seeds": max(values["seeds"], cls.model_fields["most_seeds"].default)}
        return values

    @model_validator(mode="after")
    def _seeds_in_order(self) -> "Final":
        if self.most_seeds < self.seeds:
            raise ValueError(
                f"most_seeds = {self.most_seeds} is less than seeds = {self.seeds}; "
                f"must be {self.seeds} or more, as in --set final.most_seeds={self.seeds}"
            )
        if "found" not in self.settings:
            raise ValueError(f"settings = {list(self.settings)}: must hold 'found'")
        return self

    def scaled(self, share: float) -> "Final":
        """A share of the seeds, two at least of each number, and of the images."""
        seeds, most = (min(number, max(2, round(number * share))) for number in (self.seeds, self.most_seeds))
        images = min(self.images, max(64, round(self.images * share)))
        return self.model_copy(update={"seeds": seeds, "most_seeds": most, "images": images})

    def rules(self, scale: Scale, searches: int = 1) -> Rules:
        """The rules of the race of scores that are compared on a scale.

        Args:
            scale: Of the score.
            searches: As `Budget` has it; of 2 or more, what the rules call seeds are searches.
        """
        margin = self.margin if self.margin is not None else MARGINS[scale]
        if searches > 1:
            return Rules(FIRST_SEARCHES, searches, self.error, margin, scale)
        return Rules(self.seeds, self.most_seeds, self.error, margin, scale)
