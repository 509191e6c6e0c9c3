"""How forgiving each variant is, as text: how much of its ranges is good, and how much diverges."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reports.analysis.sensitivity import LEAST_RANDOM, sensitivity
from reports.analysis.trial_values import trial_values
from reports.records.load import StudyRecords
from reports.text.formats import ABSENT, percent


@dataclass(frozen=True)
class SensitivityRow:
    """One variant.

    Attributes:
        variant: Name.
        near_best: The share of random trials within 10 % of its best score, with its interval; a dash where too few to
            tell.
        random_trials: Trials that this rests on.
        diverged: The share of trials that diverged, with its interval.
        trials: Trials that this rests on.
        values: Both shares, to be sorted by; NaN if unknown.
    """

    variant: str
    near_best: str
    random_trials: int
    diverged: str
    trials: int
    values: tuple[float, float]


def sensitivity_rows(records: StudyRecords, order: Sequence[str]) -> list[SensitivityRow]:
    """Print what `reports.analysis.sensitivity.sensitivity` found; nothing where trials are too few and none diverged.

    Args:
        records: The study.
        order: Variants, in the order of the rows; those without an ended trial are left out.
    """
    found = {str(row["variant"]): row for _, row in sensitivity(trial_values(records)).iterrows()}
    rows = [_row(name, found[name]) for name in order if name in found]
    told = any(row.random_trials >= LEAST_RANDOM or row.values[1] > 0 for row in rows)
    return rows if told else []


def _row(variant: str, row: "pd.Series[float]") -> SensitivityRow:
    enough = row["random_trials"] >= LEAST_RANDOM
    return SensitivityRow(
        variant=variant,
        near_best=_share(row, "near_best") if enough else ABSENT,
        random_trials=int(row["random_trials"]),
        diverged=_share(row, "diverged"),
        trials=int(row["trials"]),
        values=(float(row["near_best"]) if enough else math.nan, float(row["diverged"])),
    )


def _share(row: "pd.Series[float]", name: str) -> str:
    return f"{percent(row[name])} ({percent(row[f'{name}_low'])} to {percent(row[f'{name}_high'])})"
