"""What tuning gained: each variant's found settings against its paper's, where both raced."""

import math

import pandas as pd

from reports.analysis.best_trials import chosen_trial
from reports.analysis.leaderboard import final_scores
from reports.records.load import StudyRecords
from reports.statistics.difference import difference
from reports.statistics.scale import SCALES, Scale

COLUMNS = ["variant", "trial", "seeds", "seeds_paper", "scale", "gain", "low", "high"]
PAPERS_TRIAL = 0


def tuning_gains(records: StudyRecords) -> pd.DataFrame:
    """Compare final runs of both settings of a variant, by Welch's interval.

    Returns:
        A row a variant with final runs, none unless the study races the papers' settings: variant, trial (whose
        settings were chosen; 0 has the paper's, which then are not raced apart), seeds and seeds_paper (runs with a
        score), scale ("ratio" or "difference"), gain (how many times as high as with the found settings the score is
        with the paper's, or how much higher), low and high (its 95 % interval). Without a gain where trial 0 was
        chosen: 1, or 0 on a scale of differences, without an interval. Runs that diverged have no score.
    """
    scores, scale = final_scores(records), SCALES[records.spec.scale]
    papers = {found: paper for paper, found in records.paper_entrants.items()}
    if not papers and "paper" not in records.spec.final.settings:
        return pd.DataFrame([], columns=COLUMNS)
    rows = []
    for name in (name for name in records.variant_names if name in scores and name not in records.paper_entrants):
        trial, paper = chosen_trial(records, name), papers.get(name)
        if paper is not None:
            rows.append((name, trial, *_compared(scores[name], scores[paper], scale)))
        elif trial == PAPERS_TRIAL:
            known = sum(math.isfinite(score) for score in scores[name])
            rows.append((name, trial, known, known, scale.name, scale.none, math.nan, math.nan))
    return pd.DataFrame(rows, columns=COLUMNS)


def _compared(found: list[float], paper: list[float], scale: Scale) -> tuple[int, int, str, float, float, float]:
    one, other = scale.summary(found), scale.summary(paper)
    gap = difference(one, other)
    gain, low, high = (scale.back(end) for end in (gap.mean, gap.low, gap.high))
    return one.n, other.n, scale.name, gain, low, high
