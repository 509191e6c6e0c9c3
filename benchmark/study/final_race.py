"""The final runs of a study as a race: which are made next, and what came of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import inf

from benchmark.race.race import Race, in_a_row, race
from benchmark.race.rules import Rules
from benchmark.race.searches import search_of, search_scores
from benchmark.records import TrialRecord
from benchmark.spec import Spec


class FinalRace:
    """Scores of final runs by entrant, a variant with its found or with its paper's settings.

    It is a function of the scores alone, so it comes out the same whatever the order in which runs end.

    Args:
        rules: Of the race.
        ranked_by: The score that is raced.
        seeds_a_search: Final runs a search where searches are repeated, and race; 0 where seeds do.
    """

    def __init__(self, rules: Rules, ranked_by: str, seeds_a_search: int = 0) -> None:
        self._rules = rules
        self._ranked_by = ranked_by
        self._seeds_a_search = seeds_a_search
        self._scores: dict[str, dict[int, float]] = {}
        self._fruitless: dict[str, set[int]] = {}
        self._withdrawn: set[str] = set()

    @classmethod
    def of(cls, spec: Spec) -> "FinalRace":
        """The race of a study, before its first run."""
        return cls(spec.rules, spec.ranked_by, spec.final.seeds if spec.budget.searches > 1 else 0)

    def take(self, records: Iterable[TrialRecord]) -> None:
        """Take in final runs that ended; an entrant the code of which raised in one of them does not race."""
        for record in records:
            entrant = record.config.entrant
            score = record.final_scores.get(self._ranked_by, inf)
            self._scores.setdefault(entrant, {})[record.config.number] = score
            if record.state == "failed":
                self._withdrawn.add(entrant)

    def pass_over(self, variant: str, search: int) -> None:
        """Take in that a repeated search completed no trial: it counts as one whose final runs diverged."""
        self._fruitless.setdefault(variant, set()).add(search)

    def result(self) -> Race | None:
        """The race as far as it has come; None while nobody is in it."""
        scores = {name: own for name, own in self._scores.items() if name not in self._withdrawn}
        if not scores:
            return None
        return race({name: in_a_row(self._raced(name, own)) for name, own in sorted(scores.items())}, self._rules)

    def _raced(self, name: str, scores: dict[int, float]) -> dict[int, float]:
        """What is independent of each other, by number from 0: seeds, or searches."""
        if not self._seeds_a_search:
            return scores
        return search_scores(scores, self._seeds_a_search, self._rules.scale, self._fruitless.get(name, ()))


def fruitless(records: Sequence[TrialRecord], trials: int) -> list[tuple[str, int]]:
    """Variants and searches whose trials all ended, and none was completed.

    Args:
        records: Of runs that ended.
        trials: That a search has.
    """
    ended, complete = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for record in records:
        if record.config.kind == "trial":
            search = record.config.variant, search_of(record.config.number)
            ended[search] += 1
            complete[search] += record.state == "complete"
    return sorted(search for search, count in ended.items() if count == trials and not complete[search])
