"""Several studies as one: each is a data set under a protocol of its own, and nothing of one is mixed into another."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from benchmark.errors import UserError
from benchmark.metrics.catalog import score_column
from reports.analysis.leaderboard import baseline_scores, leaderboard
from reports.analysis.race import StudyRace, study_race
from reports.records.load import StudyRecords
from reports.statistics.comparable_score import share_of_the_way
from reports.statistics.confidence_interval import Floats
from reports.statistics.scale import SCALES
from reports.statistics.stratified_bootstrap import Runs
from reports.text.headline import headline


@dataclass(frozen=True, eq=False)
class SuiteStudy:
    """A study of a suite: a column of its table.

    Attributes:
        label: The data set, and the study where several have that data set.
        records: What the study left.
        board: Its `reports.analysis.leaderboard.leaderboard`.
        race: How its race went.
        noise: What noise scores on the split of its final runs.
        floor: What real images score there.
        comparable: By variant the runs that raced, as shares of the way from noise to real images.
        warnings: What its own report says that one should know before believing it.
    """

    label: str
    records: StudyRecords
    board: pd.DataFrame
    race: StudyRace
    noise: float
    floor: float
    comparable: dict[str, Floats]
    warnings: tuple[str, ...]

    @property
    def contenders(self) -> tuple[str, ...]:
        """Those that its race has left, best first."""
        return self.race.race.contenders if self.race.race else ()


@dataclass(frozen=True, eq=False)
class Suite:
    """Several studies, compared as one.

    Attributes:
        name: Of the suite.
        studies: In the order given.
    """

    name: str
    studies: tuple[SuiteStudy, ...]

    @property
    def variant_names(self) -> list[str]:
        """Every variant of any study, in a fixed order."""
        return list(dict.fromkeys(name for study in self.studies for name in study.records.variant_names))

    @property
    def complete(self) -> list[str]:
        """Those that raced on every data set: only they have aggregates, which are of the same data sets for all."""
        return [name for name in self.variant_names if all(name in study.comparable for study in self.studies)]

    @property
    def everywhere(self) -> list[str]:
        """Those that are contenders on every data set."""
        return [name for name in self.variant_names if all(name in study.contenders for study in self.studies)]

    @property
    def scores(self) -> dict[str, Runs]:
        """Of each variant in `complete` its comparable scores, by data set in the order of the studies."""
        return {name: [study.comparable[name] for study in self.studies] for name in self.complete}


def gather(name: str, studies: Sequence[StudyRecords]) -> Suite:
    """Make a suite of what studies left.

    Args:
        name: Of the suite.
        studies: At least one, each once; each holds one protocol, which `reports.records.load` sees to.

    Raises:
        UserError: if there is none, one is there twice, or noise and real images do not tell where its scores lie.
    """
    if not studies:
        raise UserError(f"suite {name!r}: it has no study; a suite compares at least one")
    twice = [study_id for study_id, times in Counter(study.study_id for study in studies).items() if times > 1]
    if twice:
        raise UserError(f"suite {name!r}: study {twice[0]!r} is in it twice; each is a data set of its own")
    names = Counter(study.spec.dataset for study in studies)
    return Suite(name, tuple(_study(study, is_alone=names[study.spec.dataset] == 1) for study in studies))


def _study(records: StudyRecords, *, is_alone: bool) -> SuiteStudy:
    dataset, board, race = records.spec.dataset, leaderboard(records), study_race(records)
    noise, floor = _ends(records)
    scale = SCALES[records.spec.scale]
    return SuiteStudy(
        label=dataset if is_alone else f"{dataset} ({records.study_id})",
        records=records,
        board=board,
        race=race,
        noise=noise,
        floor=floor,
        comparable={
            variant: share_of_the_way(scores, noise, floor, scale) for variant, scores in race.scores.items() if scores
        },
        warnings=tuple(headline(records, board).warnings),
    )


def _ends(records: StudyRecords) -> tuple[float, float]:
    """What noise and real images score, held to be the two ends of a way."""
    score, column = records.ranked_by, score_column(records.ranked_by)
    noise, floor = (baseline_scores(records, kind).get(score, math.nan) for kind in ("noise", "floor"))
    is_way = math.isfinite(noise) and math.isfinite(floor) and (records.spec.scale != "ratio" or floor > 0)
    # What a search minimises is better where it is lower, of metrics that are not installed any more, too.
    if not is_way or noise <= floor:
        raise UserError(
            f"study {records.study_id!r}: its {column.label} of noise ({noise:.4g}) must be above that of real images "
            f"({floor:.4g}), both known: a suite measures scores by the way from one to the other"
        )
    return noise, floor
