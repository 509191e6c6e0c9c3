"""What the answer rests on beside the leaderboard: how the race stands, and what it was run on."""

import math
from dataclasses import asdict, dataclass

import pandas as pd

from benchmark.race.race import Race
from benchmark.race.rules import Rules, Scale, level_at
from reports.analysis.race import study_race
from reports.analysis.searches import final_runs_of
from reports.analysis.states import STATES
from reports.records.load import StudyRecords


@dataclass(frozen=True)
class AnswerFacts:
    """All that the words of the answer are made of, but for the leaderboard.

    Attributes:
        ranked_by: The score that is raced.
        scale: "ratio" or "difference".
        raced: Variants in the race.
        contenders: Those left.
        seeds: Of each that is in, at the last look; 0 before the first.
        first_seeds: That every variant gets first.
        most_seeds: That no variant gets more of.
        runs: That the looks used.
        error: Chance, over the whole race, that the best was sent out.
        chance: Below which the last look sent a variant out against one rival; 0 before the first.
        margin: What counts as practically equal.
        equal: Whether the contenders lie within the margin of each other, beyond chance.
        finished: Whether nothing more will come of it.
        waiting: Those still to come, commas between.
        ended: Runs of any kind that ended.
        completed: Those of them that were completed.
        trials: Complete trials.
        studies: Laid together.
        dataset: Its name.
        resolution: In pixels; NaN before the first final run.
        split: That final runs are scored against.
        search_trials: Planned, a variant.
        steps: Discriminator updates of a run; 0 where the studies differ.
        paper: Whether the papers' settings race besides.
        searches: Of a variant at most; of more than 1 they are what races, and what is called seeds here.
        runs_a_unit: Final runs that each of what races has.
    """

    ranked_by: str
    scale: Scale
    raced: int
    contenders: int
    seeds: int
    first_seeds: int
    most_seeds: int
    runs: int
    error: float
    chance: float
    margin: float
    equal: bool
    finished: bool
    waiting: str
    ended: int
    completed: int
    trials: int
    studies: int
    dataset: str
    resolution: float
    split: str
    search_trials: int
    steps: int
    paper: bool
    searches: int = 1
    runs_a_unit: int = 1

    @property
    def unit(self) -> str:
        """What races: a "seed" of found settings, or a "search"."""
        return "search" if self.searches > 1 else "seed"

    def frame(self) -> pd.DataFrame:
        """One row of them."""
        return pd.DataFrame([asdict(self)])


def answer_facts(records: StudyRecords) -> AnswerFacts:
    """Gather what the words of a study's answer are made of."""
    found, spec, protocol = study_race(records), records.spec, records.protocols.get("final")
    result, rules = found.race, found.rules
    ended = records.runs[records.runs["state"].isin(STATES)]
    complete = ended[ended["state"] == "complete"]
    return AnswerFacts(
        ranked_by=records.ranked_by,
        scale=rules.scale,
        raced=len(found.scores),
        contenders=len(result.contenders) if result else 0,
        seeds=result.stages[-1].seeds if result and result.stages else 0,
        first_seeds=rules.seeds,
        most_seeds=rules.most_seeds,
        runs=result.runs * final_runs_of(spec) if result else 0,
        error=rules.error,
        chance=_chance(result, rules),
        margin=rules.margin,
        equal=result.practically_equal if result else False,
        finished=found.finished,
        waiting=", ".join(found.waiting),
        ended=len(ended),
        completed=len(complete),
        trials=int((complete["kind"] == "trial").sum()),
        studies=max(1, len(records.specs)),
        dataset=spec.dataset,
        resolution=protocol.resolution if protocol else math.nan,
        split=protocol.split if protocol else spec.score.final_split,
        search_trials=spec.budget.trials,
        steps=_steps(records),
        paper=bool(records.paper_entrants),
        searches=spec.budget.searches,
        runs_a_unit=final_runs_of(spec),
    )


def _chance(result: Race | None, rules: Rules) -> float:
    """The chance at which the last look sent a variant out, one-sided, against one rival."""
    if not result or not result.stages or result.stages[-1].variants < 2:
        return 0.0
    before = result.stages[-2].seeds if len(result.stages) > 1 else 0
    last = result.stages[-1]
    return level_at(last.seeds, before, rules.error) / (last.variants - 1)


def _steps(records: StudyRecords) -> int:
    known = {spec.budget.discriminator_steps for spec in (records.specs or {"": records.spec}).values()}
    return known.pop() if len(known) == 1 else 0
