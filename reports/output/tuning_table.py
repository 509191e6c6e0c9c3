"""What tuning gained, as text: each variant's found settings beside its paper's."""

import math
from dataclasses import dataclass

import pandas as pd

from reports.analysis.tuning import PAPERS_TRIAL, tuning_gains
from reports.records.load import StudyRecords
from reports.text.formats import ABSENT, short, times

TUNING_HEADINGS = ("Variant", "Trial", "Seeds", "Seeds, paper's", "Paper's over found", "95 % interval")
TUNING_WORDS = (
    "How many times as high the score is with the paper's settings as with those that were found (on a scale of "
    "differences, how much higher): above 1 (or 0) the search gained something, unless the interval reaches below."
)


@dataclass(frozen=True)
class TuningRow:
    """One variant.

    Attributes:
        cells: In the order of `TUNING_HEADINGS`.
        values: What they are sorted by; NaN where there is nothing.
    """

    cells: list[str]
    values: list[float]


def tuning_rows(records: StudyRecords) -> list[TuningRow]:
    """Print what `reports.analysis.tuning.tuning_gains` found, the largest gain first."""
    found = tuning_gains(records).sort_values("gain", ascending=False)
    return [_row(row) for _, row in found.iterrows()]


def _row(row: "pd.Series[float]") -> TuningRow:
    printed = times if str(row["scale"]) == "ratio" else short
    interval = f"{printed(row['low'])} to {printed(row['high'])}" if math.isfinite(row["low"]) else ABSENT
    if row["trial"] == PAPERS_TRIAL:
        interval = "the paper's settings were chosen"
    cells = [str(row["variant"]), str(row["trial"]), str(row["seeds"]), str(row["seeds_paper"])]
    values = [math.nan, *(float(row[name]) for name in ("trial", "seeds", "seeds_paper", "gain", "low"))]
    return TuningRow([*cells, printed(row["gain"]), interval], values)
