"""The race of a study's final runs: the same as the study ran it, from what it left behind."""

import math
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from benchmark.race.looks import look_at
from benchmark.race.race import Race, in_a_row, race
from benchmark.race.rules import Rules
from benchmark.race.searches import search_of, search_scores
from reports.analysis.states import STATES
from reports.records.load import StudyRecords

COURSE = ["seeds", "variant", "score", "times", "left"]


@dataclass(frozen=True, eq=False)
class StudyRace:
    """A race, and who is not in it.

    Attributes:
        race: What came of it so far; None while nobody is in it.
        rules: By which it was run: of several studies those of the first.
        scores: Of those in it, by seed number; +inf for a run that diverged. Where searches are repeated, by search.
        withdrawn: Those with a final run that failed through no fault of theirs, sorted.
        waiting: Those that have no final run yet, and may still get one, in the order of `records.variant_names`.
    """

    race: Race | None
    rules: Rules
    scores: dict[str, list[float]]
    withdrawn: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def finished(self) -> bool:
        """Whether nothing more will come of it: every look was taken, and nobody is still to come."""
        return self.race is not None and self.race.finished and not self.waiting


@lru_cache(maxsize=1)
def study_race(records: StudyRecords) -> StudyRace:
    """Race what a study or a selection has of final runs that ended, by its rules."""
    runs = records.runs
    finals = runs[(runs["kind"] == "final") & runs["state"].isin(STATES)].sort_values("number")
    withdrawn = tuple(sorted({*finals.loc[finals["state"] == "failed", "variant"]}))
    raced = finals[~finals["variant"].isin(withdrawn)]
    scores = {
        str(name): in_a_row(
            _units(records, str(name), dict(zip(own["number"], own[records.ranked_by].fillna(math.inf), strict=True)))
        )
        for name, own in raced.groupby("variant", sort=True)
    }
    rules = records.spec.rules
    waiting = tuple(
        name for name in records.variant_names if name not in {*scores, *withdrawn} and _may_come(runs, name)
    )
    return StudyRace(race(scores, rules) if scores else None, rules, scores, withdrawn, waiting)


def _units(records: StudyRecords, variant: str, scores: dict[int, float]) -> dict[int, float]:
    """What is independent of each other: seeds, or searches where they are repeated."""
    spec = records.spec
    if spec.budget.searches == 1:
        return scores
    return search_scores(scores, spec.final.seeds, spec.scale, _fruitless(records, variant))


def _fruitless(records: StudyRecords, variant: str) -> list[int]:
    """Searches of a variant whose trials all ended, and none was completed."""
    trials = records.runs[(records.runs["variant"] == variant) & (records.runs["kind"] == "trial")]
    ended = trials[trials["state"].isin(STATES)]
    states = ended.groupby(ended["number"].map(search_of))["state"]
    return [
        int(str(search))
        for search, own in states
        if len(own) == records.spec.budget.trials and not (own == "complete").any()
    ]


def _may_come(runs: pd.DataFrame, variant: str) -> bool:
    """Whether a variant without final runs may get some: not if none of its trials was completed."""
    trials = runs[(runs["variant"] == variant) & (runs["kind"] == "trial")]
    ended = trials["state"].isin(STATES)
    return bool(trials.empty or not ended.all() or (trials["state"] == "complete").any())


def course(found: StudyRace) -> pd.DataFrame:
    """How a race went, look by look.

    Returns:
        A row a look and variant that was in, best first: seeds (at that look), variant, score (the mean over its first
        so many runs: of a ratio scale the geometric one; NaN if all diverged, and a run that diverged counts as
        `benchmark.race.looks.complete` says), times (that over the lowest of the look; on a scale of differences, that
        less the lowest) and left (whether it was left after the look).
    """
    rows = []
    for stage in found.race.stages if found.race else ():
        inside = {name: own for name, own in found.scores.items() if _last(found.race, name, stage.seeds)}
        look = look_at(inside, stage.seeds, found.rules)
        means = dict(zip(look.names, look.means.tolist(), strict=True))
        lowest = min(means.values(), default=math.nan)
        for name in [*look.order(), *look.broken]:
            mean = means.get(name, math.nan)
            score, times = (math.exp(mean), math.exp(mean - lowest)) if _is_ratio(found) else (mean, mean - lowest)
            rows.append((stage.seeds, name, score, times, _stage(found.race, name) != stage.seeds))
    return pd.DataFrame(rows, columns=COURSE)


def _is_ratio(found: StudyRace) -> bool:
    return found.rules.scale == "ratio"


def _stage(result: Race | None, name: str) -> int | None:
    return result.verdicts[name].stage if result else None


def _last(result: Race | None, name: str, seeds: int) -> bool:
    """Whether a variant was in at the look at so many seeds."""
    stage = _stage(result, name)
    return stage is None or seeds <= stage
