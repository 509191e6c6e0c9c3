"""How much each hyperparameter decides a variant's score, as far as its trials tell."""

import math
from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from benchmark.spec import Range
from reports.records.load import StudyRecords

LEAST_TRIALS = 30
COLUMNS = ["variant", "hyperparameter", "importance", "trials"]
# More and deeper trees rank hyperparameters no better, and take minutes for what these do in seconds.
_TREES, _DEPTH = 16, 5


@lru_cache(maxsize=1)
def importances(records: StudyRecords) -> pd.DataFrame:
    """The share of each searched hyperparameter in what varies over the search ranges, by Optuna's fANOVA.

    Of the logarithm of the objective where it is positive: FIDs span decades, and the variance of FID itself is that of
    the few worst trials, so that what makes a run fail would pass for what makes a good one better. KID may fall below
    zero; it is then taken as it is.

    Args:
        records: The study.

    Returns:
        A row a variant and hyperparameter, the most important first: variant, hyperparameter, importance (sums to 1 a
        variant), trials (that it rests on: complete, with all searched values within their ranges; the paper's may not
        be). No row for variants with fewer than `LEAST_TRIALS` of them, and none for what has a single choice.

    References:
        Hutter et al. 2014, "An efficient approach for assessing hyperparameter importance".
    """
    objective = records.spec.score.objective
    rows = []
    for variant in records.variant_names:
        ranges = _searched(records, variant)
        trials = _comparable(records, variant, ranges)
        if ranges and len(trials) >= LEAST_TRIALS and trials[objective].nunique() > 1:
            shares = _shares(trials, ranges, _target(trials[objective]))
            rows += [(variant, name, share, len(trials)) for name, share in shares.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def comparable_trials(records: StudyRecords, variant: str) -> int:
    """Complete trials whose values all lie within the ranges: an importance takes `LEAST_TRIALS` of them."""
    return len(_comparable(records, variant, _searched(records, variant)))


def _searched(records: StudyRecords, variant: str) -> dict[str, Range]:
    """The ranges that a variant's trials were drawn from, by hyperparameter."""
    runs = records.runs[records.runs["variant"] == variant]
    # It follows the generator's, and is not drawn.
    tied = {"lr_discriminator"} if records.spec.sampler.same_learning_rates else set()
    return {
        name: searched
        for name, searched in records.spec.search.ranges(variant).items()
        if name not in tied and runs[name].notna().any() and (searched.choices is None or len({*searched.choices}) > 1)
    }


def _comparable(records: StudyRecords, variant: str, ranges: Mapping[str, Range]) -> pd.DataFrame:
    """The complete trials of a variant whose values all lie within the ranges, in the order of their numbers."""
    runs = records.runs
    trials = runs[(runs["variant"] == variant) & (runs["kind"] == "trial") & (runs["state"] == "complete")]
    trials = trials[trials[records.spec.score.objective].notna()].sort_values("number")
    within = [all(ranges[name].holds(row[name]) for name in ranges) for _, row in trials.iterrows()]
    return trials[pd.Series(within, index=trials.index, dtype=bool)]


def _target(values: "pd.Series[float]") -> list[float]:
    return [math.log(value) for value in values] if (values > 0).all() else values.tolist()


def _shares(trials: pd.DataFrame, ranges: Mapping[str, Range], target: list[float]) -> dict[str, float]:
    import optuna  # takes most of a second, which studies with fewer trials need not spend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    spaces: dict[str, optuna.distributions.BaseDistribution] = {
        name: optuna.distributions.FloatDistribution(*_ends(searched)) for name, searched in ranges.items()
    }
    study = optuna.create_study()
    for (_, row), value in zip(trials.iterrows(), target, strict=True):
        places = {name: _place(searched, row[name]) for name, searched in ranges.items()}
        study.add_trial(optuna.trial.create_trial(params=places, distributions=spaces, value=value))
    evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=_TREES, max_depth=_DEPTH, seed=0)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _place(searched: Range, value: float) -> float:
    """Where a value lies on the scale that it was searched on: Optuna's fANOVA would weigh a logarithmic one evenly.

    Choices are numbers and have an order: their ranks split into as many equal parts, where Optuna's own encoding of
    categories also weighs what cannot be (none of them, or two at once).
    """
    if searched.choices is not None:
        return float(sorted({*searched.choices}).index(value))
    return math.log(value) if searched.log else value


def _ends(searched: Range) -> tuple[float, float]:
    """The scale's ends: half a rank beyond the first and last choice."""
    if searched.choices is not None:
        return -0.5, len({*searched.choices}) - 0.5
    assert searched.low is not None
    assert searched.high is not None
    return _place(searched, searched.low), _place(searched, searched.high)
