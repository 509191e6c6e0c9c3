"""The final runs of a study as a race: which are made next, and what came of them."""

from collections.abc import Iterable
from math import inf

from benchmark.race.race import Race, in_a_row, race
from benchmark.race.rules import Rules
from benchmark.records import TrialRecord


class FinalRace:
    """Scores of final runs by entrant, a variant with its found or with its paper's settings.

    It is a function of the scores alone, so it comes out the same whatever the order in which runs end.

    Args:
        rules: Of the race.
        ranked_by: The score that is raced.
    """

    def __init__(self, rules: Rules, ranked_by: str) -> None:
        self._rules = rules
        self._ranked_by = ranked_by
        self._scores: dict[str, dict[int, float]] = {}
        self._withdrawn: set[str] = set()

    def take(self, records: Iterable[TrialRecord]) -> None:
        """Take in final runs that ended; an entrant the code of which raised in one of them does not race."""
        for record in records:
            entrant = record.config.entrant
            score = record.final_scores.get(self._ranked_by, inf)
            self._scores.setdefault(entrant, {})[record.config.number] = score
            if record.state == "failed":
                self._withdrawn.add(entrant)

    def result(self) -> Race | None:
        """The race as far as it has come; None while nobody is in it."""
        scores = {name: own for name, own in self._scores.items() if name not in self._withdrawn}
        if not scores:
            return None
        return race({name: in_a_row(own) for name, own in sorted(scores.items())}, self._rules)
