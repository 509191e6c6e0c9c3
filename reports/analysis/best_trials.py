"""What the search found: the best so far, trial by trial, and the best hyperparameters beside the paper's defaults."""

import math
from functools import lru_cache

import pandas as pd

from benchmark.race.searches import place_of, search_of
from ganzoo.hyperparameters import NAMES as HYPERPARAMETERS
from reports.records.load import StudyRecords


def best_so_far(records: StudyRecords) -> pd.DataFrame:
    """How each search went, in the order in which its trials were told.

    Returns:
        A row a trial: variant, number (those of repeated searches one after another, without a gap), state, value (the
        objective on the validation split; NaN unless complete) and best (the lowest value of its search up to here; NaN
        before the first).
    """
    trials = records.runs[records.runs["kind"] == "trial"].sort_values(["variant", "number"])
    frame = trials[["variant", "number", "state"]].assign(value=trials[records.spec.score.objective])
    searches = frame["number"].map(search_of).astype(int)
    frame["best"] = frame.groupby(["variant", searches])["value"].cummin()
    frame["best"] = frame.groupby(["variant", searches])["best"].ffill()
    frame["number"] = frame["number"].map(place_of).astype(int) + searches * records.spec.budget.trials
    return frame.reset_index(drop=True)


@lru_cache(maxsize=1)
def found_hyperparameters(records: StudyRecords) -> pd.DataFrame:
    """The trial of each variant that was chosen, beside trial 0, which ran with the paper's defaults.

    Returns:
        A row a variant with a complete trial: variant, trial (number of the chosen one), value and default_value (the
        objective on the validation split), and for each hyperparameter NAME: NAME and default_NAME, NaN where the
        variant has no use for it.
    """
    objective = records.spec.score.objective
    trials = records.runs[records.runs["kind"] == "trial"].sort_values("number")
    rows = []
    for variant in records.variant_names:
        own = trials[trials["variant"] == variant]
        if own[objective].notna().any():
            best = own[own["number"] == chosen_trial(records, variant)].iloc[0]
            rows.append(_found(variant, objective, best, own[own["number"] == 0]))
    columns = [*HYPERPARAMETERS, *(f"default_{name}" for name in HYPERPARAMETERS)]
    return pd.DataFrame(rows, columns=["variant", "trial", "value", "default_value", *columns])


def chosen_trial(records: StudyRecords, variant: str) -> int | None:
    """The number of the trial whose settings the final runs of a variant have; the best so far before there are any.

    Where the best settings were tried once more, the one chosen of them need not be the best trial.
    """
    own = records.runs[records.runs["variant"] == variant]
    trials = own[(own["kind"] == "trial") & own[records.spec.score.objective].notna()].sort_values("number")
    told = own.loc[(own["kind"] == "final") & own["setting"].isin(trials["number"].map(str)), "setting"]
    if len(told):
        return int(told.iloc[0])
    best = trials.sort_values(records.spec.score.objective, kind="stable")
    return int(best["number"].iloc[0]) if len(best) else None


def _found(variant: str, objective: str, best: "pd.Series[float]", defaults: pd.DataFrame) -> dict[str, object]:
    first = defaults.iloc[0] if len(defaults) else pd.Series(dtype=float)
    row = {"variant": variant, "trial": int(best["number"]), "value": best[objective]}
    row |= {"default_value": first.get(objective, math.nan)}
    row |= {name: best[name] for name in HYPERPARAMETERS}
    return row | {f"default_{name}": first.get(name, math.nan) for name in HYPERPARAMETERS}
