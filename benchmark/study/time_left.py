"""How long the rest of a study takes: from what runs of each variant take, and how many of them go on at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from statistics import mean

from benchmark.race.rules import Rules, stage_sizes
from benchmark.records import Kind, TrialRecord

# A guess until the race has been looked at: half of the variants leave while the seeds double, as on the digits.
STAY = {1: 0.5, 2: 0.5**0.5}  # at a look, by the looks a doubling
SETTLED = 1.5  # who is left when nobody needs more seeds


def seconds_of(record: TrialRecord) -> float:
    """What a run took of a process, training and scoring; 0 where its record does not say."""
    return record.costs.get("train_seconds", 0.0) + record.costs.get("score_seconds", 0.0)


@dataclass
class Running:
    """A run on its way.

    Attributes:
        step: Discriminator updates so far.
        outputs: D(x) and D(G(z)) over the last interval of its curves.
        beside: Runs that train in the same process, itself among them.
        first: When its first step was heard of, in seconds of any clock, and which it was.
        last: The same of the last one.
    """

    step: int = 0
    outputs: tuple[float, float] | None = None
    beside: int = 1
    first: tuple[float, int] | None = None
    last: tuple[float, int] | None = None

    def hear(self, now: float, step: int) -> None:
        """It is at a step."""
        self.step, self.last = step, (now, step)
        self.first = self.first or self.last

    def seconds(self, steps: int) -> float | None:
        """What its share of a process takes for all its steps, at its pace so far; None before two have been heard."""
        if self.first is None or self.last is None or self.last[1] <= self.first[1]:
            return None
        passed, made = (last - first for last, first in zip(self.last, self.first, strict=True))
        return steps * passed / made / self.beside


@dataclass
class Costs:
    """What runs of one variant took that have ended, in seconds of a process."""

    _trials: list[float] = field(default_factory=list)
    _whole: list[float] = field(default_factory=list)

    def take(self, record: TrialRecord) -> None:
        """Remember a record; one without times says nothing."""
        seconds = seconds_of(record)
        if seconds <= 0:
            return
        if record.config.kind == "trial":
            self._trials.append(seconds)
        else:
            self._whole.append(seconds)

    def of(self, kind: Kind) -> float | None:
        """A run of a kind, or else of another kind; None if none has ended. Trials may be pruned, others never are."""
        known = (self._trials, self._whole) if kind == "trial" else (self._whole, self._trials)
        return next((mean(each) for each in known if each), None)


@dataclass(frozen=True)
class Work:
    """What is left of a variant, or of all.

    Attributes:
        seconds: Of processes.
        in_turn: Of them, those that nothing else can go on beside: batch after batch.
    """

    seconds: float
    in_turn: float


def in_batches(runs: int, size: int, each: float) -> float:
    """Seconds that runs take at least, so many of them at a time, each so long."""
    return ceil(runs / size) * each


def race_to_come(rules: Rules, left: int, seeds: int) -> tuple[float, int]:
    """Final runs that the race is likely to ask for after a look, and after how many looks it is likely to end.

    Args:
        rules: Of the race.
        left: Who is in it at that look.
        seeds: That each of them has by then.

    Returns:
        Runs, and looks after this one.
    """
    stay, runs, looks, still = STAY[rules.looks_per_doubling], 0.0, 0, float(left)
    for now, then in pairwise(size for size in stage_sizes(rules) if size >= seeds):
        still *= stay
        if still < SETTLED:
            break
        runs, looks = runs + still * (then - now), looks + 1
    return runs, looks


def seconds_left(works: Sequence[Work], made: float, passed: float) -> float:
    """Seconds until all is done.

    Args:
        works: What is left, one for each of those that go on beside each other.
        made: Seconds of processes that this sitting has made so far, above 0.
        passed: In how many seconds it made them.
    """
    return max(sum(work.seconds for work in works) * passed / made, *(work.in_turn for work in works))


def typical(known: Iterable[float | None]) -> float:
    """What to take for a variant of which nothing is known; 1 if nothing is known of any."""
    values = [each for each in known if each is not None]
    return mean(values) if values else 1.0
