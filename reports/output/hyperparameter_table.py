"""The found hyperparameters beside the paper's, as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from benchmark.metrics.catalog import score_column
from ganzoo.hyperparameters import NAMES
from reports.analysis.best_trials import found_hyperparameters
from reports.records.load import StudyRecords
from reports.text.formats import ABSENT, decimals_for, fixed, short


@dataclass(frozen=True)
class Found:
    """One hyperparameter, or a score.

    Attributes:
        found: In the chosen trial.
        default: In trial 0.
        changed: Whether they differ.
    """

    found: str
    default: str
    changed: bool


@dataclass(frozen=True)
class FoundRow:
    """One variant.

    Attributes:
        variant: Name.
        trial: Number of the chosen trial; trial 0 is the paper's.
        cells: The objective, then the hyperparameters in the order of the headings.
    """

    variant: str
    trial: int
    cells: list[Found]


@dataclass(frozen=True)
class FoundTable:
    """What the search found.

    Attributes:
        headings: Of the cells.
        rows: A variant each.
    """

    headings: list[str]
    rows: list[FoundRow]


def found_table(records: StudyRecords, order: Sequence[str]) -> FoundTable:
    """Print what `reports.analysis.best_trials.found_hyperparameters` found.

    Args:
        records: The study.
        order: Variants, in the order of the rows.
    """
    found = found_hyperparameters(records).sort_values("variant", key=lambda names: names.map(list(order).index))
    used = [name for name in NAMES if found[name].notna().any()]
    decimals = decimals_for(found["value"])
    rows = [
        FoundRow(str(row["variant"]), int(row["trial"]), [_objective(row, decimals), *(_cell(row, n) for n in used)])
        for _, row in found.iterrows()
    ]
    return FoundTable(
        [f"{score_column(records.spec.score.objective).label}, {records.spec.score.search_split}", *used], rows
    )


def _objective(row: "pd.Series[float]", decimals: int) -> Found:
    return Found(fixed(row["value"], decimals), fixed(row["default_value"], decimals), row["trial"] != 0)


def _cell(row: "pd.Series[float]", name: str) -> Found:
    found, default = row[name], row[f"default_{name}"]
    if math.isnan(found):
        return Found(ABSENT, ABSENT, changed=False)
    return Found(short(found), short(default), bool(found != default))
