"""How long a study would take with more or fewer workers: its runs, played through without training any."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from statistics import mean


@dataclass(frozen=True)
class Course:
    """What one variant runs, in seconds of a worker each.

    Attributes:
        variant: Its name.
        search: Batches of trials, then of candidates, then the first final runs; each waits for the one before.
        rounds: Final runs that the race asks for after each look, for which it waits for all variants; empty where it
            has left.
    """

    variant: str
    search: tuple[tuple[float, ...], ...]
    rounds: tuple[tuple[float, ...], ...] = ()

    @property
    def seconds(self) -> float:
        """Of a worker, in all."""
        return sum(map(sum, (*self.search, *self.rounds)))

    @property
    def runs(self) -> int:
        """How many it makes."""
        return sum(map(len, (*self.search, *self.rounds)))


@dataclass(frozen=True)
class Overheads:
    """What a study takes besides its runs, in seconds.

    Attributes:
        start: From the command to the first run.
        parent: Of the one process that decides, for each run: no two runs begin within it.
        end: From the last run to the prompt.
    """

    start: float = 0.0
    parent: float = 0.0
    end: float = 0.0


@dataclass(frozen=True)
class Timetable:
    """How it went.

    Attributes:
        workers: With how many.
        seconds: From the command to the prompt.
        idle: Share of the workers' time between the first run and the last in which they had none, in [0, 1).
        parent: Share of that time in which the parent was busy, in [0, 1].
    """

    workers: int
    seconds: float
    idle: float
    parent: float


def played(courses: Sequence[Course], workers: int, overheads: Overheads = Overheads()) -> Timetable:
    """Play a study through: the variant with most left to do comes first, as `benchmark.study.runner` has it.

    Args:
        courses: A variant each, one at least.
        workers: One or more.
        overheads: What comes on top.
    """
    play = _Play(courses, workers, overheads.parent)
    lasted = play.run()
    busy = sum(course.seconds for course in courses)
    runs = sum(course.runs for course in courses)
    idle = 1 - busy / (workers * lasted) if lasted else 0.0
    decided = runs * overheads.parent / lasted if lasted else 0.0
    return Timetable(workers, overheads.start + lasted + overheads.end, max(0.0, idle), min(1.0, decided))


class _Play:
    """A study on a clock of its own."""

    def __init__(self, courses: Sequence[Course], workers: int, parent: float) -> None:
        self._courses, self._workers, self._parent = courses, workers, parent
        self._queue: list[tuple[float, int, int, float]] = []  # less urgency, order, variant, seconds
        self._under_way: list[tuple[float, int]] = []  # end, variant
        self._submitted = 0
        self._next_batch = [0] * len(courses)
        self._waits_for = [0] * len(courses)
        self._ended: list[list[float]] = [[] for _ in courses]
        self._round, self._rounds = 0, max(len(course.rounds) for course in courses)

    def run(self) -> float:
        """Seconds from the first run to the end of the last."""
        now = decided = 0.0
        for variant in range(len(self._courses)):
            self._go_on(variant)
        while self._queue or self._under_way:
            while self._queue and len(self._under_way) < self._workers:
                *_, variant, seconds = heappop(self._queue)
                decided = max(now, decided) + self._parent
                heappush(self._under_way, (decided + seconds, variant))
                self._ended[variant].append(seconds)
            now, variant = heappop(self._under_way)
            self._waits_for[variant] -= 1
            if not self._waits_for[variant]:
                self._go_on(variant)
        return now

    def _go_on(self, variant: int) -> None:
        """A variant's batch has ended: its next one, or the race's next look once all have come to it."""
        search = self._courses[variant].search
        if self._next_batch[variant] < len(search):
            self._submit(variant, search[self._next_batch[variant]])
            self._next_batch[variant] += 1
        elif not any(self._waits_for):
            self._look()

    def _look(self) -> None:
        """The next of the race's rounds in which anybody has runs."""
        while not any(self._waits_for) and self._round < self._rounds:
            for variant, course in enumerate(self._courses):
                for batch in course.rounds[self._round : self._round + 1]:
                    self._submit(variant, batch)
            self._round += 1

    def _submit(self, variant: int, batch: Sequence[float]) -> None:
        self._waits_for[variant] = len(batch)
        known, left = self._ended[variant], self._courses[variant].runs - len(self._ended[variant])
        urgency = mean(known) * left if known else inf
        for seconds in batch:
            heappush(self._queue, (-urgency, self._submitted, variant, seconds))
            self._submitted += 1
