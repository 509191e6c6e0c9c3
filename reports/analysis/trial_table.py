"""The trials of a study as a table that a search can be tried on without training."""

from typing import Any

import pandas as pd

from benchmark.race.searches import place_of, search_of
from benchmark.replay.recorded_trials import COLUMNS, KIND, VERSION
from benchmark.spec import Range
from ganzoo.hyperparameters import NAMES
from reports.records.load import KEY, StudyRecords


def trial_table(records: StudyRecords) -> pd.DataFrame:
    """A row a rung of each trial that ended, as `benchmark.replay.recorded_trials` reads it.

    Returns:
        Columns study, variant, search, trial (its place in its search), state, seconds (of the whole run, training and
        scoring; NaN if unknown), discriminator_steps (at the rung), score (NaN where it diverged), and a column a
        hyperparameter, NaN where the variant has no use for it. Its `attrs` say what was scored and searched.
    """
    spec, trials = records.spec, records.runs[records.runs["kind"] == "trial"]
    rungs = records.evals[[*KEY, "step", spec.score.objective]]
    joined = trials[[*KEY, "state", "train_seconds", "score_seconds", *NAMES]].merge(rungs, on=KEY, how="inner")
    found = pd.DataFrame(
        {
            "study": spec.study_id,
            "variant": joined["variant"],
            "search": joined["number"].map(search_of).astype("int64"),
            "trial": joined["number"].map(place_of).astype("int64"),
            "state": joined["state"],
            "seconds": (joined["train_seconds"] + joined["score_seconds"]).astype(float),
            "discriminator_steps": joined["step"].astype("int64"),
            "score": joined[spec.score.objective].astype(float),
            **{name: joined[name].astype(float) for name in NAMES},
        }
    )
    order = ["variant", "search", "trial", "discriminator_steps"]
    found = found.sort_values(order, ignore_index=True)[[*COLUMNS, *NAMES]]
    found.attrs.update(_described(records, sorted(set(found["variant"]))))
    return found


def _described(records: StudyRecords, variants: list[str]) -> dict[str, Any]:
    spec = records.spec
    ranges = {variant: spec.search.ranges(variant) for variant in variants}
    return {
        "kind": KIND,
        "version": VERSION,
        "study": spec.study_id,
        "dataset": spec.dataset,
        "score": spec.score.objective,
        "split": spec.score.search_split,
        "trials": spec.budget.trials,
        "discriminator_steps": spec.budget.discriminator_steps,
        "cohort": spec.cohort.size,
        "spaces": {variant: {name: _range(each) for name, each in own.items()} for variant, own in ranges.items()},
    }


def _range(searched: Range) -> dict[str, Any]:
    return searched.model_dump(mode="json", exclude_none=True)
