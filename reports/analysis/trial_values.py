"""What each trial of the search is worth, those that did not complete included."""

import math
from functools import lru_cache

import pandas as pd

from benchmark.race.searches import place_of
from reports.analysis.states import STATES
from reports.records.load import KEY, StudyRecords


@lru_cache(maxsize=1)
def trial_values(records: StudyRecords) -> pd.DataFrame:
    """The trials that ended, each with a value of `records.spec.score.objective` on the search's split.

    Complete: its score. Diverged or failed, or complete without a score: the worst, which is the score of noise or the
    worst score of the variant's own complete trials, whichever is higher; infinite where the score of noise is unknown.
    Pruned: its score when it was stopped, since training would have made it better rather than worse, but no better
    than the median of the variant's complete trials, since the pruner found it lagging. So no pruned trial passes the
    best that the search reports, and what would have become of it is judged low rather than high.

    Returns:
        A row a trial, by variant and number: variant, number, state, random (whether its hyperparameters were drawn at
        random within the ranges), value (never NaN) and seconds (of training and scoring; NaN if unknown).
    """
    runs = records.runs[(records.runs["kind"] == "trial") & records.runs["state"].isin(STATES)]
    trials = runs.sort_values(["variant", "number"]).reset_index(drop=True)
    trials["score"] = trials[records.spec.score.objective]
    trials["stopped_at"] = trials[KEY].merge(_last_rungs(records), on=KEY, how="left")["stopped_at"]
    trials["seconds"] = trials["train_seconds"] + trials["score_seconds"]
    trials["random"] = trials["number"].map(lambda number: _drawn_at_random(records, number)).astype(bool)
    noise = _noise(records)
    values = [_values(own, noise) for _, own in trials.groupby("variant")]
    trials["value"] = pd.concat(values) if values else pd.Series(dtype=float)
    return trials[["variant", "number", "state", "random", "value", "seconds"]]


def _values(trials: pd.DataFrame, noise: float) -> "pd.Series[float]":
    """The values of one variant's trials: columns state, score and stopped_at."""
    complete = trials["score"].where(trials["state"] == "complete")
    worst = noise if complete.isna().all() else max(noise, float(complete.max()))
    median = worst if complete.isna().all() else float(complete.median())
    pruned = trials["stopped_at"].where(trials["state"] == "pruned").clip(lower=median, upper=worst)
    return complete.fillna(pruned).fillna(worst)


def _last_rungs(records: StudyRecords) -> pd.DataFrame:
    """`KEY` and stopped_at: the objective at the last rung that a run reached."""
    last = records.evals.sort_values("step").drop_duplicates(KEY, keep="last")
    return last[KEY].assign(stopped_at=last[records.spec.score.objective])


def _drawn_at_random(records: StudyRecords, number: int) -> bool:
    """Trial 0 has the paper's settings; TPE draws the rest of its first batch at random, and learns from then on."""
    place = place_of(number)
    return place > 0 and (records.spec.sampler.kind == "random" or place < records.spec.cohort.size)


def _noise(records: StudyRecords) -> float:
    """The objective of noise on the split that trials are scored on; infinite if it is unknown."""
    protocol = records.protocols.get("trial")
    split = protocol.split if protocol else records.spec.score.search_split
    noise = records.baseline.get(split, {}).get("noise", {}).get(records.spec.score.objective, math.nan)
    return noise if math.isfinite(noise) else math.inf
