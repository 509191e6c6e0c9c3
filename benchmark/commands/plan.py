"""What a study is going to take, before anybody pays for it: from records of this machine, or a short measurement."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from statistics import mean, median
from time import perf_counter

from benchmark.environment import cores
from benchmark.paths import Paths
from benchmark.race.rules import stage_sizes
from benchmark.race.searches import FIRST_SEARCHES, place_of, search_of
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.study.time_left import SETTLED, STAY, seconds_of
from benchmark.study.timetable import Course, Overheads, Timetable, played
from benchmark.study.variant_study import RACED
from ganzoo.variant import Variant

# Of a processor, a run, by `make perf` on two cores: docs/performance.md. Start and end by the digits study's log.
USUAL = Overheads(start=5.0, parent=0.12, end=3.0)
WARM_UP_STEPS = 110  # past the recording of gradients
MEASURED_SECONDS = 2.0
BURST = 10


@dataclass(frozen=True)
class Pace:
    """What a variant's runs take of one worker.

    Attributes:
        step_seconds: A discriminator update, with the generator's that follow it.
        score_seconds: Sampling and scoring at a rung.
        trial_seconds: A trial of this very study, pruned ones among them; NaN if none has ended.
        source: Where that is known from, for people.
    """

    step_seconds: float
    score_seconds: float
    trial_seconds: float
    source: str


@dataclass(frozen=True)
class Plan:
    """What a study is expected to take.

    Attributes:
        courses: What each variant is going to run.
        paces: By variant.
        tables: With so many workers each, in order.
        is_replay: Whether the study has run: then it is played as it went, with the seeds that its race wanted.
    """

    courses: tuple[Course, ...]
    paces: dict[str, Pace]
    tables: tuple[Timetable, ...]
    is_replay: bool = False

    @property
    def runs(self) -> int:
        """In all."""
        return sum(course.runs for course in self.courses)


def planned(
    spec: Spec, variants: Sequence[Variant], workers: Sequence[int], paths: Paths, tell: Callable[[str], None]
) -> Plan:
    """Play a study through that need not have begun, on CPUs like this one; one that has run as it went.

    Args:
        spec: The study.
        variants: Those to run.
        workers: Numbers of workers, each of them a process with one core.
        paths: Where records of this and other studies are.
        tell: Told which variants are measured.

    Raises:
        UserError: if a variant must be measured, and its data cannot be had.
    """
    records = [*_records(spec, paths)]
    names = {variant.name for variant in variants}
    own = [each for each in records if each.study == spec.study_id and each.config.variant in names]
    finals = Counter(each.config.variant for each in own if each.config.kind == "final")
    if all(finals[name] >= spec.final.seeds * _first_searches(spec) for name in names):
        replay = replayed_courses(spec, own)
        played_again = tuple(played(replay, count, USUAL) for count in workers)
        return Plan(tuple(replay), {}, played_again, is_replay=True)
    paces = {variant.name: _known(spec, variant, records) for variant in variants}
    unknown = [variant for variant in variants if paces[variant.name] is None]
    scores = [pace.score_seconds for pace in paces.values() if pace]
    for variant in unknown:
        tell(f"measuring {variant.name}, of which no record is here")
        paces[variant.name] = _measured(spec, variant, mean(scores) if scores else None)
    known = {name: pace for name, pace in paces.items() if pace}
    courses = expected_courses(spec, known)
    tables = [played(courses, count, USUAL) for count in workers]
    return Plan(tuple(courses), known, tuple(tables))


def expected_courses(spec: Spec, paces: dict[str, Pace]) -> list[Course]:
    """What variants are going to run: all trials of their searches, then as many seeds as races usually want.

    Where searches are repeated, each of the first is a course of its own, since they do not wait for each other, and a
    round of the race is made of whole searches.
    """
    rounds, courses = _rounds(spec, len(paces)), []
    for place, (name, pace) in enumerate(paces.items()):
        search = _expected_search(spec, pace)
        whole = search[-1][0]
        each = tuple(seconds for batch in search for seconds in batch) if spec.budget.searches > 1 else (whole,)
        later = tuple(each * more if place < left else () for left, more in rounds)
        courses += [Course(name, search, later), *[Course(name, search)] * (_first_searches(spec) - 1)]
    return courses


def _expected_search(spec: Spec, pace: Pace) -> tuple[tuple[float, ...], ...]:
    """The batches of one search: trials, candidates, and the final runs of what it found."""
    final, size = spec.final, spec.cohort.size
    whole = pace.step_seconds * spec.budget.discriminator_steps + pace.score_seconds * len(spec.budget.rungs)
    trial = pace.trial_seconds if isfinite(pace.trial_seconds) else whole
    trials = [(trial,) * size] * (spec.budget.trials // size) + [(trial,) * (spec.budget.trials % size)]
    candidates = [(whole,) * (final.candidates * final.candidate_seeds)] if final.candidates > 1 else []
    return (*(batch for batch in trials if batch), *candidates, (whole,) * final.seeds)


def _first_searches(spec: Spec) -> int:
    return FIRST_SEARCHES if spec.budget.searches > 1 else 1


def replayed_courses(spec: Spec, records: Iterable[TrialRecord]) -> list[Course]:
    """What the variants of a study did run, by its records, in seconds that it took."""
    by_search: dict[str, dict[int, list[TrialRecord]]] = {}
    for record in records:
        by_search.setdefault(record.config.variant, {}).setdefault(search_of(record.config.number), []).append(record)
    sizes = (0, *stage_sizes(spec.rules))
    courses = []
    for name, searches in by_search.items():
        first = [_replayed_search(spec, searches[number], sizes) for number in sorted(searches)]
        if spec.budget.searches == 1:
            courses += [Course(name, search, stages) for search, stages in first]
            continue
        runs = [tuple(seconds for batch in search for seconds in batch) for search, _ in first]
        later = [tuple(each for own in runs[low:high] for each in own) for low, high in pairwise(sizes[1:])]
        courses += [Course(name, search) for search, _ in first[1 : sizes[1]]]
        courses.append(Course(name, first[0][0], tuple(later)))
    return courses


def _replayed_search(
    spec: Spec, records: Iterable[TrialRecord], sizes: tuple[int, ...]
) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """The batches that one search ran up to its first final runs, and what the race of seeds wanted of it later."""
    seconds = {(each.config.kind, place_of(each.config.number)): seconds_of(each) for each in records}
    trials = sorted(number for kind, number in seconds if kind == "trial")
    batches = [
        tuple(seconds["trial", number] for number in trials[start : start + spec.cohort.size])
        for start in range(0, len(trials), spec.cohort.size)
    ]
    candidates = tuple(value for (kind, _), value in seconds.items() if kind == "candidate")
    raced = [(number, value) for (kind, number), value in seconds.items() if kind in RACED]
    if spec.budget.searches > 1:
        sizes = (0, spec.final.seeds)
    stages = [tuple(value for number, value in raced if low <= number < high) for low, high in pairwise(sizes)]
    return (*batches, *([candidates] if candidates else []), stages[0]), tuple(stages[1:])


def _rounds(spec: Spec, variants: int) -> list[tuple[int, int]]:
    """Of each look at the race after the first: who is likely to be left, and how many seeds or searches each gets."""
    rules, found, still = spec.rules, [], float(variants * len(spec.final.settings))
    for now, then in pairwise(stage_sizes(rules)):
        still *= STAY[rules.looks_per_doubling]
        if still < SETTLED:
            break
        found.append((round(still), then - now))
    return found


def _records(spec: Spec, paths: Paths) -> Iterable[TrialRecord]:
    """Of runs that ended on a CPU, on the study's data, in any study here."""
    for folder in sorted((paths.runs / "work").glob("*/*")):
        record = TrialRecord.read(folder) if folder.is_dir() else None
        if record and _is_alike(record, spec):
            yield record


def _is_alike(record: TrialRecord, spec: Spec) -> bool:
    same_data = record.protocol.dataset == spec.dataset and spec.resolution in (0, record.protocol.resolution)
    return same_data and record.environment.get("device_type") == "cpu" and "discriminator_steps" in record.costs


def _known(spec: Spec, variant: Variant, records: Sequence[TrialRecord]) -> Pace | None:
    batch = spec.budget.images_a_batch(variant.batch_size)
    own = [each for each in records if each.config.variant == variant.name and _batch_of(each) == batch and each.rungs]
    same = [each for each in own if each.study == spec.study_id]
    found = same or own
    if not found:
        return None
    trials = [seconds_of(each) for each in same if each.config.kind == "trial"]
    return Pace(
        step_seconds=median(each.costs["train_seconds"] / each.costs["discriminator_steps"] for each in found),
        score_seconds=median(each.costs["score_seconds"] / len(each.rungs) for each in found),
        trial_seconds=mean(trials) if trials else float("nan"),
        source=f"{len(found)} runs of {'this study' if same else 'other studies'}",
    )


def _batch_of(record: TrialRecord) -> int:
    return round(record.costs["images_seen"] / record.costs["discriminator_steps"])


def _measured(spec: Spec, variant: Variant, score_seconds: float | None) -> Pace:
    """A variant's pace by some seconds of training, and of scoring if nothing is known of that."""
    from benchmark.commands.single_run import SingleRun, TrainSettings
    from benchmark.commands.train import Trained

    settings = TrainSettings(
        batch_size=spec.budget.images_a_batch(variant.batch_size),
        resolution=spec.resolution,
        split=spec.train_split,
        score=spec.score,
    )
    run = SingleRun.of(variant.name, spec.dataset, 10**9, spec.seed, "cpu", settings)
    steps = WARM_UP_STEPS
    run.advance(steps, lambda: None)
    started = perf_counter()
    while (passed := perf_counter() - started) < MEASURED_SECONDS:
        steps += BURST
        run.advance(steps, lambda: None)
    if score_seconds is None:
        trained = Trained(run, settings)
        trained.score(spec.score.search_split)  # the real side is computed, or read
        started = perf_counter()
        trained.score(spec.score.search_split)
        score_seconds = perf_counter() - started
    return Pace(passed / (steps - WARM_UP_STEPS), score_seconds, float("nan"), "measured now")


def sizes_up_to(workers: int) -> list[int]:
    """Numbers of workers to compare: powers of two, and the one that is asked for, this machine's cores if 0."""
    most = workers or cores()
    return sorted({*(2**power for power in range(most.bit_length()) if 2**power <= most), most})
