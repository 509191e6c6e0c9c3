"""The leaderboard: a row a variant, from its final runs only."""

import math
from functools import lru_cache

import pandas as pd

from benchmark.metrics.catalog import score_column
from benchmark.race.race import Verdict
from reports.analysis.best_trials import chosen_trial
from reports.analysis.race import study_race
from reports.analysis.searches import final_runs_of, independent
from reports.analysis.states import STATES
from reports.records.load import KEY, StudyRecords, scores_in
from reports.statistics.centre import centre
from reports.statistics.confidence_interval import interval
from reports.statistics.intervals import Summary, summarise
from reports.statistics.pairs import compare_pairs
from reports.statistics.scale import DIFFERENCE, SCALES, Scale, common_scale

_MEASURED_COSTS = ("train_seconds", "score_seconds", "generator_parameters", "discriminator_parameters")
_ENDS = {"": "mean", "_low": "low", "_high": "high"}


def leaderboard(records: StudyRecords) -> pd.DataFrame:
    """Put the variants in the order of the race.

    Returns:
        A row a variant: contenders, best first; those out of the race, by how far above the best they were, and of
        equals who left later first; then those of whom nothing is known. Columns: variant; verdict ("contender", "out"
        or "untested"); factor (how many times as high as the best's its score is, from all seeds of both, or on a scale
        of differences how much higher), factor_low and factor_high (its 95 % interval); stage (seeds at
        the look after which it left); setting (of its final runs: the number of the trial that has their settings, or
        "paper"); seeds (final runs with a score; where searches are repeated, these, over which all that follows is),
        finals (final runs begun or ended), NAME_mean, NAME_std, NAME_min,
        NAME_max, NAME_low and NAME_high (95 % interval of the mean, by `reports.statistics.confidence_interval`, cut
        off at the lowest value that there can be) for each score NAME that was measured, centre, centre_low and
        centre_high (of the score that ranks, on the scale that is tested: see `reports.statistics.centre`),
        percent_of_noise (of the mean
        FID), trials, a column a state of trials, divergence_rate and pruned_share of the trials that ended, means of
        costs over final runs (over complete trials before there are any), and note (what to know before believing the
        row).
    """
    # A study in which nothing was started has the columns all the same.
    board = pd.DataFrame([_row(records, name) for name in _order(records)], columns=list(_row(records, "")))
    numbers = dict.fromkeys(("factor", "factor_low", "factor_high"), float)
    return board.astype(numbers | {"stage": "Int64", "verdict": str, "setting": str})


def _order(records: StudyRecords) -> list[str]:
    result = study_race(records).race
    means = {name: _summary(records, name, records.ranked_by).mean for name in records.variant_names}
    contenders = result.contenders if result else ()

    def place(name: str) -> tuple[int, float, int, float]:
        found = _verdict(records, name)
        mean = means[name] if math.isfinite(means[name]) else math.inf
        if name in contenders:
            return contenders.index(name), 0.0, 0, 0.0
        factor = found.factor if math.isfinite(found.factor) else math.inf
        # The last ones first: without a verdict there is nothing to go by but the mean.
        return len(contenders) + (found.verdict != "out"), factor, -(found.stage or 0), mean

    return sorted(records.variant_names, key=place)


def _verdict(records: StudyRecords, variant: str) -> Verdict:
    result = study_race(records).race
    nothing = Verdict("untested", None, None, math.nan, math.nan, math.nan)
    return result.verdicts.get(variant, nothing) if result else nothing


@lru_cache(maxsize=1)
def pairwise(records: StudyRecords) -> pd.DataFrame:
    """The final runs of every variant against those of every other: see `reports.statistics.pairs.compare_pairs`."""
    return compare_pairs(final_scores(records))


def tested_score(records: StudyRecords) -> str:
    """What the race's tests are of, as in "log FID"."""
    return SCALES[records.spec.scale].prefix + score_column(records.ranked_by).label


def tested_scale(records: StudyRecords) -> Scale:
    """The scale on which the final runs of all variants are compared."""
    return common_scale(final_scores(records))


def final_scores(records: StudyRecords) -> dict[str, list[float]]:
    """The score that ranks of each variant's final runs, or searches where they are repeated; NaN without one."""
    finals = records.runs[records.runs["kind"] == "final"]
    return {str(variant): independent(records, own, records.ranked_by) for variant, own in finals.groupby("variant")}


def measured_scores(records: StudyRecords) -> list[str]:
    """The scores that some run has, and the one that ranks."""
    scores = scores_in(records.runs)
    return [name for name in scores if name == records.ranked_by or records.runs[name].notna().any()]


def _summary(records: StudyRecords, variant: str, score: str) -> Summary:
    runs = records.runs
    finals = runs[(runs["variant"] == variant) & (runs["kind"] == "final")]
    return summarise(independent(records, finals, score))


def _row(records: StudyRecords, variant: str) -> dict[str, object]:
    runs = records.runs[records.runs["variant"] == variant]
    trials, finals = runs[runs["kind"] == "trial"], runs[runs["kind"] == "final"]
    ranking = _summary(records, variant, records.ranked_by)
    found = _verdict(records, variant)
    row: dict[str, object] = {"variant": variant, "verdict": found.verdict}
    row |= {"factor": found.factor, "factor_low": found.factor_low, "factor_high": found.factor_high}
    row |= {"stage": found.stage, "setting": _setting(records, variant, finals)}
    row |= {"seeds": ranking.n, "finals": len(finals)}
    for score in measured_scores(records):
        row |= _score_columns(score, independent(records, finals, score))
    row |= _centre_columns(records, row, independent(records, finals, records.ranked_by))
    row["percent_of_noise"] = percent_of_noise(records, _summary(records, variant, "fid").mean)
    states = {state: int((trials["state"] == state).sum()) for state in STATES}
    ended = sum(states.values())
    row |= {"trials": len(trials)} | states
    row["divergence_rate"] = states["diverged"] / ended if ended else math.nan
    row["pruned_share"] = states["pruned"] / ended if ended else math.nan
    costed = finals if ranking.n else trials[trials["state"] == "complete"]
    row |= {cost: float(costed[cost].mean()) for cost in _MEASURED_COSTS}
    return row | {"note": _note(records, variant, trials, finals)}


def _setting(records: StudyRecords, variant: str, finals: pd.DataFrame) -> str:
    """Of the final runs; of a study from before they carried it, the number of the best trial, which they train."""
    known = [setting for setting in dict.fromkeys(finals["setting"]) if setting]
    if known or finals.empty:
        return ", ".join(known)
    trial = chosen_trial(records, variant)
    return "" if trial is None else str(trial)


def _score_columns(score: str, values: list[float]) -> dict[str, float]:
    summary, found, lowest = summarise(values), interval(values), score_column(score).lowest
    # What cannot be below a bound has no mean there, either; rounding may carry a score below.
    low = lowest if lowest is not None and summary.minimum >= lowest > found.low else found.low
    columns = {"mean": summary.mean, "std": summary.std, "min": summary.minimum, "max": summary.maximum}
    columns |= {"low": low, "high": found.high}
    return {f"{score}_{name}": value for name, value in columns.items()}


def _centre_columns(records: StudyRecords, row: dict[str, object], values: list[float]) -> dict[str, object]:
    scale = tested_scale(records)
    if scale is DIFFERENCE:  # where the mean is what is tested
        return {f"centre{end}": row[f"{records.ranked_by}_{name}"] for end, name in _ENDS.items()}
    found = centre(values, scale)
    return {"centre": found.value, "centre_low": found.low, "centre_high": found.high}


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


def _note(records: StudyRecords, variant: str, trials: pd.DataFrame, finals: pd.DataFrame) -> str:
    if interrupted := _interrupted(trials, finals):
        return interrupted
    if finals.empty:
        return "not started" if trials.empty else _without_finals(trials)
    raced, ended = study_race(records), int(finals["state"].isin(STATES).sum())
    # Of who does not race no more runs are known to be wanted than were begun.
    wanted = raced.race.needed.get(variant, 0) * final_runs_of(records.spec) if raced.race else 0
    planned = max(wanted, len(finals))
    lost = finals.loc[finals["state"].isin(("diverged", "failed")), "state"].value_counts()
    losses = [f"{count} of {planned} final runs {state}" for state, count in lost.items()]
    if planned > ended:
        losses.append(f"{planned - ended} of {planned} final runs missing")
    if variant in raced.withdrawn:
        losses.append("not in the race")
    if finals[records.ranked_by].notna().sum() == 1:
        losses.append("single seed: nothing tells it from chance")
    return "; ".join(losses)


def _interrupted(*kinds: pd.DataFrame) -> str:
    """What is to be made again before anything else can be said; "" where nothing is."""
    counts = {str(runs["kind"].iat[0]): int((runs["state"] == "interrupted").sum()) for runs in kinds if len(runs)}
    names = {"trial": "trials", "final": "final runs"}
    parts = [f"{count} {names[kind]} interrupted" for kind, count in counts.items() if count]
    return ", ".join(parts) + ": the same command makes them again" if parts else ""


def _without_finals(trials: pd.DataFrame) -> str:
    ended = trials[trials["state"].isin(STATES)]
    if len(ended) == len(trials) and (ended["state"] != "complete").all():
        counts = ended["state"].value_counts()
        return "no trial was completed: " + ", ".join(f"{count} {state}" for state, count in counts.items())
    return "no final run yet"
