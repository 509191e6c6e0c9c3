"""A race between variants: those worse than some other beyond chance leave, those left get more seeds.

The race is a function of its scores and rules alone. It never decides on part of a stage, so it can be asked again
after every run, and it tells how many runs each variant still needs.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from benchmark.race.looks import Look, all_equal, look_at, sent_out
from benchmark.race.rules import Rules, Scale, level_at, stage_sizes

Word = Literal["contender", "out", "untested"]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Verdict:
    """What the race says of one variant.

    Attributes:
        verdict: "contender" (still in), "out", or "untested" (nothing could be told).
        stage: Seeds at the look at which it left; None if it did not.
        sent_out_by: The rival that sent it out; None if none did.
        factor: How many times as high as the best's its geometric mean score is; on differences, how much higher its
            mean is. From all seeds of both that the race took; NaN without a completed run.
        factor_low: Lower end of the 95 % interval of `factor`; NaN for the best itself.
        factor_high: Upper end of that interval.
    """

    verdict: Word
    stage: int | None
    sent_out_by: str | None
    factor: float
    factor_low: float
    factor_high: float


@dataclass(frozen=True)
class Stage:
    """A look that was taken.

    Attributes:
        seeds: Runs of each variant that was in.
        variants: How many were in.
        left: How many of them were left after it.
    """

    seeds: int
    variants: int
    left: int


@dataclass(frozen=True)
class Race:
    """What came of a race.

    Attributes:
        verdicts: What is said of each variant, in the order given.
        contenders: Those left, best first; empty as long as nothing could be tested.
        best: The contender with the lowest mean at the last look; None without contenders.
        scale: "ratio" or "difference".
        stages: The looks that were taken.
        runs: Runs that these looks used.
        needed: Seeds that each variant needs altogether, as far as is known by now.
        finished: Whether the race asks for no more runs.
        practically_equal: Whether all contenders lie within the margin of each other, beyond chance.
        error: Chance, over the whole race, that the best one was sent out.
        margin: What counts as practically equal.
    """

    verdicts: dict[str, Verdict]
    contenders: tuple[str, ...]
    best: str | None
    scale: Scale
    stages: tuple[Stage, ...]
    runs: int
    needed: dict[str, int]
    finished: bool
    practically_equal: bool
    error: float
    margin: float


def in_a_row(scores: Mapping[int, float]) -> list[float]:
    """Scores by seed number, from 0 on, up to the first that is missing: it hides those behind it."""
    return [scores[number] for number in takewhile(scores.__contains__, count())]


@dataclass
class _Course:
    """How a race went: its looks, who is in, and when and by whom the others were sent out."""

    inside: list[str]
    looks: list[Look] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    out: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    pending: int | None = None
    equal: bool = False

    def tested(self) -> bool:
        """Whether those that are in were ever compared, or have no one to be compared with."""
        if not self.looks or not self.looks[-1].names:
            return False
        return self.looks[-1].seeds >= 2 or len(self.inside) == 1

    def contenders(self) -> list[str]:
        """Those left, best first; none if nothing could be tested."""
        return [name for name in self.looks[-1].order() if name in self.inside] if self.tested() else []

    def last_look(self, name: str) -> Look:
        """The last look at which a variant was in."""
        seeds = self.out[name][0] if name in self.out else self.looks[-1].seeds
        return next(look for look in self.looks if look.seeds == seeds)


def race(scores: Mapping[str, Sequence[float]], rules: Rules) -> Race:
    """What came of a race of variants by their scores, lower being better.

    Args:
        scores: Each variant's scores by seed number; +inf for a run that diverged. Scores that the race does not ask
            for are ignored.
        rules: The rules of the race.

    Returns:
        What came of it so far; the same whatever the order of the variants.

    Raises:
        ValueError: If there are no variants, or a score cannot be raced.
    """
    if not scores:
        raise ValueError("a race needs at least one variant")
    course = _run(scores, rules)
    contenders = course.contenders()
    best = contenders[0] if contenders else None
    return Race(
        verdicts={name: _verdict(name, best, course, rules) for name in scores},
        contenders=tuple(contenders),
        best=best,
        scale=rules.scale,
        stages=tuple(course.stages),
        runs=sum(course.last_look(name).seeds for name in scores) if course.looks else 0,
        needed={name: _needed(name, course) for name in scores},
        finished=course.pending is None,
        practically_equal=course.equal,
        error=rules.error,
        margin=rules.margin,
    )


def _run(scores: Mapping[str, Sequence[float]], rules: Rules) -> _Course:
    """Look after look, until the race is over or scores are lacking."""
    course = _Course(inside=list(scores))
    before = 0
    for seeds in stage_sizes(rules):
        if any(len(scores[name]) < seeds for name in course.inside):
            course.pending = seeds
            break
        look = look_at({name: scores[name] for name in course.inside}, seeds, rules)
        if _take(course, look, level_at(seeds, before, rules.error), rules):
            break
        before = seeds
    return course


def _take(course: _Course, look: Look, level: float, rules: Rules) -> bool:
    """One look, put down in the course; whether the race is over by it."""
    variants = len(course.inside)
    # One run that diverged says little; it decides only where no second one will follow.
    decisive = look.seeds >= 2 or look.seeds == rules.most_seeds
    gone: dict[str, str | None] = dict(sent_out(look, level))
    if decisive and look.names:
        gone |= dict.fromkeys(look.broken)
    course.out |= {name: (look.seeds, by) for name, by in gone.items()}
    course.inside = [name for name in course.inside if name not in gone]
    course.looks.append(look)
    course.stages.append(Stage(look.seeds, variants, len(course.inside)))
    if not look.names:
        return decisive
    course.equal = all_equal(look, course.inside, level, rules)
    return course.equal or len(course.inside) == 1


def _needed(name: str, course: _Course) -> int:
    """The seeds that a variant needs altogether, as far as is known."""
    if name in course.inside and course.pending is not None:
        return course.pending
    return course.last_look(name).seeds


def _verdict(name: str, best: str | None, course: _Course, rules: Rules) -> Verdict:
    """What the race says of one variant."""
    stage, by = course.out.get(name, (None, None))
    word: Word = "out" if name in course.out else "contender" if best is not None else "untested"
    factor, low, high = _factor(name, best, course)
    if rules.scale == "ratio":
        with np.errstate(over="ignore"):
            factor, low, high = (float(np.exp(value)) for value in (factor, low, high))
    return Verdict(word, stage, by, factor, low, high)


def _factor(name: str, best: str | None, course: _Course) -> tuple[float, float, float]:
    """How far above the best's a variant's mean lies on the raced scale, with Welch's interval, from all seeds of both.

    Not from as many of the best as the other has: those who left at looks where the best stood badly would look near.
    """
    if best is None:
        return math.nan, math.nan, math.nan
    if name == best:
        return 0.0, math.nan, math.nan
    look, of_best = course.last_look(name), course.last_look(best)
    if name not in look.names or best not in of_best.names:
        return math.nan, math.nan, math.nan
    one, two = look.names.index(name), of_best.names.index(best)
    shift = float(look.means[one] - of_best.means[two])
    wide = _half_width((float(look.variances[one]), look.seeds), (float(of_best.variances[two]), of_best.seeds))
    return shift, shift - wide, shift + wide


def _half_width(*sides: tuple[float, int]) -> float:
    """Half the width of Welch's interval of the difference of two means, by variance and seeds; NaN with one seed."""
    errors = [(variance / seeds, seeds - 1) for variance, seeds in sides]
    total = math.fsum(error for error, _ in errors)
    if math.isnan(total) or total == 0:
        return total
    degrees = total**2 / math.fsum(error**2 / free for error, free in errors if free)
    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2)) * math.sqrt(total)
