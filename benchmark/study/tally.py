"""Counts how far a study is, for whoever shows it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from benchmark.metrics.catalog import known_scores
from benchmark.plain_text import counted
from benchmark.race.race import Race
from benchmark.race.searches import FIRST_SEARCHES
from benchmark.records import Kind, RungRecord, State, TrialConfig, TrialRecord, paper_entrant
from benchmark.spec import Spec
from benchmark.study.time_left import Costs, Running, Work, in_batches, race_to_come, seconds_left, typical
from benchmark.workers.task import MemberStep

LEAST_WATCHED = 3.0  # seconds before a guess at the time that is left


@dataclass
class VariantProgress:
    """How far one variant is.

    Attributes:
        states: Trials that ended, by state.
        finals: States of the final runs that ended.
        best: Best validation score of the objective so far.
        running: Its runs on workers, by label.
        wanted: Final runs that the race wants by now.
        searches: Searches that it wants.
        candidates: Runs that ended of settings that were tried once more.
        interrupted: Runs that something around them ended, and that are made again by the same command.
        costs: What its runs took.
    """

    states: dict[State, int] = field(default_factory=dict)
    finals: list[State] = field(default_factory=list)
    best: float | None = None
    running: dict[str, Running] = field(default_factory=dict)
    wanted: int = 0
    searches: int = 1
    candidates: int = 0
    interrupted: int = 0
    costs: Costs = field(default_factory=Costs)

    @property
    def trials(self) -> int:
        """Trials that ended."""
        return sum(self.states.values())


class Tally:
    """Counts what has happened.

    Attributes:
        variants: How far each is, by name; empty before `plan`.
        spec: The study, after `plan`.
    """

    def __init__(self) -> None:
        self.variants: dict[str, VariantProgress] = {}
        self._started = monotonic()
        self._kinds: dict[str, Kind] = {}
        self._made: Counter[tuple[str, Kind]] = Counter()  # of this sitting, by variant and kind
        self._head_start: tuple[str, Kind, float] | None = None  # of the run that was heard first, and its share
        self._watched_since: float | None = None
        self._race: Race | None = None

    def plan(self, spec: Spec, variants: Sequence[str]) -> None:
        """Start counting."""
        self.spec = spec
        searches = min(FIRST_SEARCHES, spec.budget.searches)
        wanted = spec.final.seeds * len(spec.final.settings) * searches
        self.variants = {name: VariantProgress(wanted=wanted, searches=searches) for name in variants}

    def start(self, config: TrialConfig) -> None:
        """A worker took a run."""
        self._kinds[config.label] = config.kind
        self.variants[config.variant].running[config.label] = Running()

    def step(self, members: Sequence[MemberStep]) -> None:
        """Runs that train together have come so far; those that have ended since are not heard."""
        for member in members:
            running = self.variants[member.config.variant].running.get(member.config.label)
            if running:
                running.beside, running.outputs = len(members), member.outputs
                self._hear(member.config, running, member.step)

    def score(self, config: TrialConfig, rung: RungRecord) -> None:
        """A run reached a rung."""
        running = self.variants[config.variant].running.setdefault(config.label, Running())
        self._kinds.setdefault(config.label, config.kind)
        self._hear(config, running, rung.step)

    def _hear(self, config: TrialConfig, running: Running, step: int) -> None:
        now = monotonic()
        running.hear(now, step)
        if self._watched_since is None:
            # Processes begin with what they import and read, which says nothing of how fast they train.
            self._watched_since, self._head_start = now, (config.variant, config.kind, self._share(running))

    def end(self, record: TrialRecord) -> None:
        """A run left a record, in this sitting or in an earlier one."""
        variant, label = self.variants[record.config.variant], record.config.label
        variant.running.pop(label, None)
        if record.state == "interrupted":
            variant.interrupted += 1
            return
        variant.costs.take(record)
        if self._kinds.pop(label, None):
            self._made[record.config.variant, record.config.kind] += 1
        if record.config.kind in ("final", "paper"):
            variant.finals.append(record.state)
            return
        if record.config.kind == "candidate":
            variant.candidates += 1
            return
        variant.states[record.state] = variant.states.get(record.state, 0) + 1
        score = record.final_scores.get(self.spec.score.objective)
        if score is not None:
            variant.best = score if variant.best is None else min(variant.best, score)

    def look(self, race: Race) -> None:
        """The race was looked at: it may want more final runs of those left."""
        self._race = race
        for name, variant in self.variants.items():
            wanted = sum(race.needed.get(entrant, 0) for entrant in (name, paper_entrant(name)))
            if self._repeats:
                variant.searches = max(variant.searches, race.needed.get(name, 0))
                wanted *= self.spec.final.seeds
            variant.wanted = max(wanted, len(variant.finals))

    @property
    def _repeats(self) -> bool:
        return self.spec.budget.searches > 1

    @property
    def unit(self) -> str:
        """What races: a "seed" of found settings, or a "search" where they are repeated."""
        return "search" if self._repeats else "seed"

    @property
    def runs(self) -> int:
        """Runs in all, as far as is known: the race may ask for more final runs."""
        return round(self.done + sum(sum(self._left(each).values()) for each in self.variants.values()))

    @property
    def ended(self) -> int:
        """Runs that have ended."""
        return sum(each.trials + each.candidates + len(each.finals) for each in self.variants.values())

    @property
    def done(self) -> float:
        """Runs done, those on the way counted by their share of steps."""
        return self.ended + sum(sum(map(self._share, each.running.values())) for each in self.variants.values())

    def _share(self, running: Running) -> float:
        return running.step / self.spec.budget.discriminator_steps

    def _left(self, variant: VariantProgress) -> dict[Kind, float]:
        """Runs to be made by kind, less what is done of those on the way."""
        final, size = self.spec.final, self._candidates * variant.searches
        # A search without final runs may still have candidates to come; of several, some have.
        to_come = len(variant.finals) < variant.wanted if self._repeats else not variant.finals
        candidates = size if final.candidates > 1 and to_come else variant.candidates
        left: dict[Kind, float] = {
            "trial": max(0, self.spec.budget.trials * variant.searches - variant.trials),
            "candidate": max(0, candidates - variant.candidates),
            "final": max(0, variant.wanted - len(variant.finals)),
        }
        for label, running in variant.running.items():
            kind = self._kinds[label] if self._kinds[label] in left else "final"
            left[kind] = max(0.0, left[kind] - self._share(running))
        return left

    @property
    def _candidates(self) -> int:
        return self.spec.final.candidates * self.spec.final.candidate_seeds

    @property
    def seconds_left(self) -> float | None:
        """Seconds left at the pace of this sitting; None before anything is known."""
        passed, made = monotonic() - (self._watched_since or monotonic()), self._seconds_made()
        if passed < LEAST_WATCHED or made <= 0:
            return None
        return seconds_left([*map(self._work, self.variants), self._race_work()], made, passed)

    def _run_seconds(self, name: str, kind: Kind) -> float:
        """What a run of a variant takes of a process: as its others took, as it seems now, or as most do."""
        return self._known_seconds(name, kind) or typical(self._known_seconds(each, kind) for each in self.variants)

    def _known_seconds(self, name: str, kind: Kind) -> float | None:
        variant, steps = self.variants[name], self.spec.budget.discriminator_steps
        seen = [each for running in variant.running.values() if (each := running.seconds(steps)) is not None]
        return variant.costs.of(kind) or (typical(seen) if seen else None)

    def _seconds_made(self) -> float:
        """Seconds of processes that went into what was made since it was watched."""
        ended = sum(runs * self._run_seconds(*made) for made, runs in self._made.items())
        on_the_way = sum(
            self._share(running) * self._run_seconds(name, self._kinds[label])
            for name, variant in self.variants.items()
            for label, running in variant.running.items()
        )
        if self._head_start is None:
            return 0.0
        name, kind, share = self._head_start
        return ended + on_the_way - share * self._run_seconds(name, kind)

    def _work(self, name: str) -> Work:
        """What is left of a variant; its batches of trials come one after the other, then candidates, then finals."""
        left, size = self._left(self.variants[name]), self.spec.cohort.size
        seconds: dict[Kind, float] = {kind: self._run_seconds(name, kind) for kind in left}
        in_turn = in_batches(int(left["trial"]), size, seconds["trial"])
        in_turn += sum(seconds[kind] for kind in left if kind != "trial" and left[kind] >= 1)
        return Work(sum(left[kind] * seconds[kind] for kind in left), in_turn)

    def _race_work(self) -> Work:
        """What the race is likely to ask for besides, as far as it has come."""
        rules, left = self.spec.rules, len(self.variants) * len(self.spec.final.settings)
        seeds = rules.seeds
        if self._race is not None and self._race.stages:
            left, seeds = self._race.stages[-1].left, max(self._race.needed.values(), default=rules.most_seeds)
        if self._race is not None and self._race.finished:
            return Work(0.0, 0.0)
        runs, looks = race_to_come(rules, left, seeds)
        each = typical(self._known_seconds(name, "final") for name in self.variants)
        if self._repeats:
            return self._searches_work(runs, looks, each)
        return Work(runs * each, looks * each)

    def _searches_work(self, searches: float, looks: int, final: float) -> Work:
        """What so many searches take, each with trials, candidates and final runs."""
        trial = typical(self._known_seconds(name, "trial") for name in self.variants)
        candidates = self._candidates if self.spec.final.candidates > 1 else 0
        whole = self.spec.budget.trials * trial + (candidates + self.spec.final.seeds) * final
        in_turn = in_batches(self.spec.budget.trials, self.spec.cohort.size, trial) + final * (1 + (candidates > 0))
        return Work(searches * whole, looks * in_turn)

    @property
    def summary(self) -> str:
        """One line: how far, how long, the best so far."""
        scored = {name: variant.best for name, variant in self.variants.items() if variant.best is not None}
        best = min(scored, key=scored.__getitem__) if scored else None
        parts = [f"{self.ended} of {counted(self.runs, 'run')}", f"{duration(monotonic() - self._started)} gone"]
        left = self.seconds_left
        parts += [f"about {duration(left)} left"] if left is not None else []
        objective = known_scores()[self.spec.score.objective].label
        parts += [f"best {objective} {scored[best]:.4g} ({best})"] if best else []
        interrupted = sum(variant.interrupted for variant in self.variants.values())
        return ", ".join([*parts, f"{interrupted} interrupted"] if interrupted else parts)


def race_line(race: Race, unit: str = "seed") -> str:
    """How far the race of seeds, or of searches, has come, in one line."""
    if not race.stages:
        return "race: no final run to compare"
    last = race.stages[-1]
    more = "" if race.finished else f"; those left get {max(race.needed.values())}"
    return f"race: {last.left} of {len(race.verdicts)} left after {counted(last.seeds, unit)}{more}"


def duration(seconds: float) -> str:
    """Seconds as people say them: 42 s, 3 min 05 s, 2 h 10 min."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
