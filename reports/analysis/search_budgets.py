"""What a method finds by how many of its trials, over repeated searches: each search is one value of it."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import CensoredData, ecdf

from benchmark.race.searches import place_of, search_of
from reports.analysis.trial_values import trial_values
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import interval
from reports.statistics.scale import SCALES, Scale

FOUND_COLUMNS = ["variant", "trials", "searches", "updates", "score", "low", "high"]
TARGET_COLUMNS = ["variant", "target", "searches", "reached", "trials", "low", "high", "updates"]

Floats = npt.NDArray[np.float64]


def best_by_trials(records: StudyRecords) -> pd.DataFrame:
    """The best score of a search's first n trials: its middle over the searches, and how sure that is.

    Trials are taken in the order in which they were asked for, so TPE's have learnt from no more than n - 1 others;
    resampled trials would have. A pruned or diverged trial has the value of `reports.analysis.trial_values`.

    Returns:
        A row a variant and number of trials, none without repeated searches: variant, trials (n), searches (that have
        so many), updates (mean discriminator updates of so many trials, those of pruned ones as they were), score (the
        mean on the scale that is raced, as a score), low and high (its 95 % interval over searches; NaN below two).
    """
    scale = SCALES[records.spec.scale]
    rows = [
        (variant, n + 1, len(own), *_spent(updates, n), *_middle([scale.to(values[n]) for values in own], scale))
        for variant, (own, updates) in _searches(records).items()
        for n in range(max(map(len, own)))
        for own in [[values for values in own if len(values) > n]]
    ]
    return pd.DataFrame(rows, columns=FOUND_COLUMNS)


def trials_to_target(records: StudyRecords) -> pd.DataFrame:
    """How many trials a search of each variant needs to come within the margin of what the best variant finds.

    The target is `final.margin` times the middle score that the best variant's searches find with all their trials,
    or so much more on a scale of differences. A search that ends without it is censored at its end: the mean number of
    trials is restricted to the budget, from Kaplan and Meier's estimate, and none is made up for what was never run.

    Returns:
        A row a variant, none without repeated searches: variant, target, searches, reached (of them), trials (the
        restricted mean), low and high (its 95 % interval over searches by the jackknife; NaN below two) and updates
        (the mean discriminator updates of so many trials).

    References:
        Dahl et al. 2023, "Benchmarking Neural Network Training Algorithms", arXiv:2306.07179, section 4 (time to a
        target). Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452.
    """
    searches, found = _searches(records), best_by_trials(records)
    if found.empty:
        return pd.DataFrame([], columns=TARGET_COLUMNS)
    scale, budget = SCALES[records.spec.scale], records.spec.budget.trials
    whole = found.groupby("variant")["score"].last()
    target = scale.back(scale.to(float(whole.min())) + scale.to(records.spec.final.rules(records.spec.scale).margin))
    rows = []
    for variant, (own, updates) in searches.items():
        needed = [_first_within(values, target) for values in own]
        ended = np.array([number if number else len(values) for number, values in zip(needed, own, strict=True)])
        reached = np.array([number is not None for number in needed])
        mean = _restricted_mean(ended, reached, budget)
        low, high = _jackknifed(ended, reached, budget)
        paid = mean * float(np.mean(np.concatenate(updates)))
        rows.append((variant, target, len(own), int(reached.sum()), mean, low, high, paid))
    return pd.DataFrame(rows, columns=TARGET_COLUMNS)


def _searches(records: StudyRecords) -> Mapping[str, tuple[list[Floats], list[Floats]]]:
    """By variant the best value after each trial of every search, and the updates of each trial."""
    if records.spec.budget.searches == 1:
        return {}
    trials = trial_values(records).merge(
        records.runs[["variant", "number", "kind", "discriminator_steps"]].query("kind == 'trial'"),
        on=["variant", "number"],
    )
    trials = trials.assign(search=trials["number"].map(search_of), place=trials["number"].map(place_of))
    found: dict[str, tuple[list[Floats], list[Floats]]] = {}
    for (variant, _), own in trials.sort_values("place").groupby(["variant", "search"]):
        values, updates = found.setdefault(str(variant), ([], []))
        values.append(np.minimum.accumulate(own["value"].to_numpy(dtype=float)))
        updates.append(own["discriminator_steps"].to_numpy(dtype=float))
    return found


def _spent(updates: list[Floats], n: int) -> tuple[float]:
    return (float(np.mean([own[: n + 1].sum() for own in updates if len(own) > n])),)


def _middle(places: list[float], scale: Scale) -> tuple[float, float, float]:
    if not all(map(math.isfinite, places)):
        return math.inf, math.nan, math.nan
    ends = interval(places)
    return scale.back(float(np.mean(places))), scale.back(ends.low), scale.back(ends.high)


def _first_within(values: Floats, target: float) -> int | None:
    """The trial, from 1, by which a search had come to the target; None if it never did."""
    return int(np.argmax(values <= target)) + 1 if (values <= target).any() else None


def _restricted_mean(ended: npt.NDArray[np.int64], reached: npt.NDArray[np.bool_], budget: int) -> float:
    """The area under Kaplan and Meier's curve up to the budget: the mean trials needed, the budget's at most."""
    curve = ecdf(CensoredData(uncensored=ended[reached].astype(float), right=ended[~reached].astype(float))).sf
    # A search that needs trial n has spent n: it is without the target until then.
    return float(1 + curve.evaluate(np.arange(1.0, budget)).sum())


def _jackknifed(ended: npt.NDArray[np.int64], reached: npt.NDArray[np.bool_], budget: int) -> tuple[float, float]:
    count = len(ended)
    if count < 2:
        return math.nan, math.nan
    whole = _restricted_mean(ended, reached, budget)
    without = [_restricted_mean(np.delete(ended, n), np.delete(reached, n), budget) for n in range(count)]
    # Pseudo-values, whose mean and spread are those of independent ones (Andersen et al. 2003, Biometrika 90).
    ends = interval([count * whole - (count - 1) * value for value in without])
    return max(ends.low, 1.0), min(ends.high, float(budget))
