"""The trials of a study, read back from its `trials.parquet`: settings, and scores by updates.

The file is a table of the kind that HPOBench (Eggensperger et al. 2021, arXiv:2109.06716) and Syne Tune's blackbox
repositories use: settings, fidelity, value and cost, a row a fidelity of a trial.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmark.errors import UserError
from benchmark.spec import Range

KIND, VERSION = "ganbench trials", 1
COLUMNS = ("study", "variant", "search", "trial", "state", "seconds", "discriminator_steps", "score")
WHOLE = ("complete", "diverged", "failed")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RecordedVariant:
    """The trials of one variant that nobody stopped.

    Attributes:
        name: Of the variant.
        space: What was searched, by hyperparameter.
        settings: In the space's order, one trial a row (T, H).
        places: The same in [0, 1], so that distances count each hyperparameter alike (T, H).
        rungs: Discriminator updates at which trials were scored (R,), rising.
        scores: At each rung (T, R), lower is better; NaN from where a trial diverged on.
    """

    name: str
    space: Mapping[str, Range]
    settings: Floats
    places: Floats
    rungs: tuple[int, ...]
    scores: Floats

    def place_of(self, settings: Mapping[str, float]) -> Floats:
        """Where settings lie in the searched space, in [0, 1]; (H,)."""
        return np.array([_share(each, settings[name]) for name, each in self.space.items()])


@dataclass(frozen=True)
class RecordedTrials:
    """A study's trials.

    Attributes:
        study: Its id.
        score: What the numbers are, as "fid".
        trials: Of a search of the study.
        cohort: Trials asked for together.
        variants: By name.
        stopped: Trials left out since a pruner stopped them, or somebody, by variant.
    """

    study: str
    score: str
    trials: int
    cohort: int
    variants: Mapping[str, RecordedVariant]
    stopped: Mapping[str, int]


def read_trials(path: Path) -> RecordedTrials:
    """Read a `trials.parquet`, which every report has.

    Raises:
        UserError: if it is no such file, or holds no trial that was neither stopped nor of the paper's own settings.
    """
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from error
    about = table.attrs
    if about.get("kind") != KIND or about.get("version") != VERSION or not {*COLUMNS} <= {*table.columns}:
        raise UserError(f"{path}: no table of trials; must be the trials.parquet of a report, version {VERSION}")
    try:
        recorded = _recorded(table, about)
    except (KeyError, TypeError, ValueError) as error:
        told = str(error).splitlines()[0]
        raise UserError(
            f"{path}: a damaged table of trials ({told}); write the report again: ganbench report"
        ) from error
    if not recorded.variants:
        raise UserError(f"{path}: no trial that ran to its end with settings of the search; there must be some")
    if any(np.nanmin(own.scores) <= 0 for own in recorded.variants.values()):
        raise UserError(f"{path}: {recorded.score} of 0 or less; what is found is a multiple of the best, above 0")
    return recorded


def _recorded(table: pd.DataFrame, about: Mapping[Any, Any]) -> RecordedTrials:
    groups = {str(name): own for name, own in table.groupby("variant")}
    variants = {name: _variant(name, own, about["spaces"][name]) for name, own in groups.items()}
    stopped = {name: _trials_of(own[~own["state"].isin(WHOLE)]) for name, own in groups.items()}
    # Without a whole trial there is nothing to find.
    found = {name: own for name, own in variants.items() if np.isfinite(own.scores[:, -1:]).any()}
    return RecordedTrials(about["study"], about["score"], about["trials"], about["cohort"], found, stopped)


def _trials_of(rows: pd.DataFrame) -> int:
    return len(rows[["search", "trial"]].drop_duplicates())


def _variant(name: str, rows: pd.DataFrame, space: Mapping[str, Mapping[str, Any]]) -> RecordedVariant:
    ranges = {key: Range.model_validate(each) for key, each in space.items() if rows[key].notna().all()}
    rungs = tuple(sorted(set(rows["discriminator_steps"])))
    whole = rows[rows["state"].isin(WHOLE)].set_index(["search", "trial", "discriminator_steps"])
    scores = whole["score"].unstack("discriminator_steps").reindex(columns=list(rungs))
    settings = whole[list(ranges)].groupby(level=["search", "trial"]).first().loc[scores.index]
    # The paper's own settings may lie outside of what was searched, where no sampler looks.
    inside = [all(each.holds(row[key]) for key, each in ranges.items()) for row in settings.to_dict("records")]
    values = settings.to_numpy(dtype=float)[inside]
    places = [[_share(each, value) for each, value in zip(ranges.values(), row, strict=True)] for row in values]
    shape = (len(values), len(ranges))
    return RecordedVariant(
        name, ranges, values, np.array(places, dtype=float).reshape(shape), rungs, scores.to_numpy(dtype=float)[inside]
    )


def _share(searched: Range, value: float) -> float:
    """How far along its range a value lies, in [0, 1]; of choices by their place among them."""
    if searched.choices is not None:
        choices = sorted(set(searched.choices))
        return choices.index(value) / max(len(choices) - 1, 1)
    assert searched.low is not None
    assert searched.high is not None
    ends = np.array([searched.low, searched.high, value])
    low, high, own = np.log(ends) if searched.log else ends
    return float((own - low) / (high - low))
