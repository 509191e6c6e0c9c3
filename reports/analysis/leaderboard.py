"""The leaderboard: a row a variant, from its final runs only."""

import math
from functools import lru_cache

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.records.frames import KEY, scores_in
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import interval
from reports.statistics.intervals import Summary, summarise
from reports.statistics.pairs import compare_pairs
from reports.statistics.ranks import shared_ranks
from reports.statistics.scale import common_scale

STATES = ("complete", "pruned", "diverged", "failed")
_MEASURED_COSTS = ("train_seconds", "score_seconds", "generator_parameters", "discriminator_parameters")


def leaderboard(records: StudyRecords) -> pd.DataFrame:
    """Rank the variants by the mean of `records.ranked_by` over their final runs.

    Returns:
        A row a variant, best mean first, those without a final score last. Columns: rank (as
        `reports.statistics.ranks.shared_ranks`; <NA> if nothing tells it from others), variant, seeds (final runs with
        a score), finals (final runs begun or ended), p_value (Welch against the best, adjusted by Holm for all pairs),
        groups (as `shared_ranks`), NAME_mean, NAME_std, NAME_min, NAME_max, NAME_low and NAME_high (95 % interval of
        the mean, by `reports.statistics.confidence_interval`, cut off at the lowest value that there can be) for each
        score NAME that was measured, percent_of_noise (of the mean FID), trials, a column a state of trials,
        divergence_rate and pruned_share of the trials that ended, means of costs over final runs (over complete trials
        before there are any), and note (what to know before believing the row).
    """
    summaries = {name: _summary(records, name, records.ranked_by) for name in records.variant_names}
    order = sorted(summaries, key=lambda name: (math.isnan(summaries[name].mean), summaries[name].mean))
    scored = [name for name in order if summaries[name].n]
    compared = pairwise(records)
    ranks = shared_ranks(scored, compared).set_index("variant").reindex(order)
    against_best = compared[compared["one"] == scored[0]].set_index("other") if scored else compared
    # A study in which nothing was started has the columns all the same.
    board = pd.DataFrame([_row(records, name) for name in order], columns=list(_row(records, "")))
    board.insert(0, "rank", ranks["rank"].to_numpy())
    board.insert(4, "p_value", against_best["adjusted"].reindex(order).to_numpy())
    board.insert(5, "groups", ranks["groups"].fillna("").to_numpy())
    return board.astype({"rank": "Int64", "p_value": float})


@lru_cache(maxsize=1)
def pairwise(records: StudyRecords) -> pd.DataFrame:
    """The final runs of every variant against those of every other: see `reports.statistics.pairs.compare_pairs`."""
    return compare_pairs(final_scores(records))


def tested_score(records: StudyRecords) -> str:
    """What the tests are of, as in "log FID"."""
    return common_scale(final_scores(records)).prefix + score_column(records.ranked_by).label


def final_scores(records: StudyRecords) -> dict[str, list[float]]:
    """The score that ranks of each variant's final runs; NaN where a run has none."""
    finals = records.runs[records.runs["kind"] == "final"]
    return {str(variant): own[records.ranked_by].tolist() for variant, own in finals.groupby("variant")}


def measured_scores(records: StudyRecords) -> list[str]:
    """The scores that some run has, and the one that ranks."""
    scores = scores_in(records.runs)
    return [name for name in scores if name == records.ranked_by or records.runs[name].notna().any()]


def _summary(records: StudyRecords, variant: str, score: str) -> Summary:
    runs = records.runs
    return summarise(runs.loc[(runs["variant"] == variant) & (runs["kind"] == "final"), score].tolist())


def _row(records: StudyRecords, variant: str) -> dict[str, object]:
    runs = records.runs[records.runs["variant"] == variant]
    trials, finals = runs[runs["kind"] == "trial"], runs[runs["kind"] == "final"]
    ranking = _summary(records, variant, records.ranked_by)
    row: dict[str, object] = {"variant": variant, "seeds": ranking.n, "finals": len(finals)}
    for score in measured_scores(records):
        row |= _score_columns(score, finals[score].tolist())
    row["percent_of_noise"] = percent_of_noise(records, _summary(records, variant, "fid").mean)
    states = {state: int((trials["state"] == state).sum()) for state in STATES}
    ended = sum(states.values())
    row |= {"trials": len(trials)} | states
    row["divergence_rate"] = states["diverged"] / ended if ended else math.nan
    row["pruned_share"] = states["pruned"] / ended if ended else math.nan
    costed = finals if ranking.n else trials[trials["state"] == "complete"]
    row |= {cost: float(costed[cost].mean()) for cost in _MEASURED_COSTS}
    return row | {"note": _note(records.spec.final.seeds, trials, finals, ranking.n)}


def _score_columns(score: str, values: list[float]) -> dict[str, float]:
    summary, found, lowest = summarise(values), interval(values), score_column(score).lowest
    # What cannot be below a bound has no mean there, either; rounding may carry a score below.
    low = lowest if lowest is not None and summary.minimum >= lowest > found.low else found.low
    columns = {"mean": summary.mean, "std": summary.std, "min": summary.minimum, "max": summary.maximum}
    columns |= {"low": low, "high": found.high}
    return {f"{score}_{name}": value for name, value in columns.items()}


def training_means(records: StudyRecords) -> pd.DataFrame:
    """The mean of `records.ranked_by` at each rung over the final runs that were completed.

    Runs that ended early are left out: they would move the mean of the steps that they reached.

    Returns:
        A row a variant and rung: variant, step, and the score under its name.
    """
    complete = records.runs.loc[(records.runs["kind"] == "final") & (records.runs["state"] == "complete"), KEY]
    return records.evals.merge(complete, on=KEY).groupby(["variant", "step"])[records.ranked_by].mean().reset_index()


def percent_of_noise(records: StudyRecords, fid: float) -> float:
    """An FID on the split of the final runs, in percent of the FID that noise has there; NaN if that is unknown."""
    return 100.0 * fid / baseline_scores(records, "noise").get("fid", math.nan)


def baseline_scores(records: StudyRecords, kind: str) -> dict[str, float]:
    """The scores of "floor" (real images) or "noise", on the split that final runs are scored on."""
    protocol = records.protocols.get("final")
    return records.baseline.get(protocol.split if protocol else "test", {}).get(kind, {})


def _note(planned: int, trials: pd.DataFrame, finals: pd.DataFrame, seeds: int) -> str:
    if trials.empty and finals.empty:
        return "not started"
    lost = finals.loc[finals["state"].isin(("diverged", "failed")), "state"].value_counts()
    losses = [f"{count} of {planned} final runs {state}" for state, count in lost.items()]
    missing = planned - seeds - int(lost.sum())
    if finals.empty:
        return _without_finals(trials)
    if missing > 0:
        losses.append(f"{missing} of {planned} final runs missing")
    if seeds == 1:
        losses.append("single seed: no interval, its place may be chance")
    return "; ".join(losses)


def _without_finals(trials: pd.DataFrame) -> str:
    ended = trials[trials["state"].isin(STATES)]
    if len(ended) == len(trials) and (ended["state"] != "complete").all():
        counts = ended["state"].value_counts()
        return "no trial was completed: " + ", ".join(f"{count} {state}" for state, count in counts.items())
    return "no final run yet"
