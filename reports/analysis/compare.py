"""Whether a change made variants better or worse: the same study before and after it."""

import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.errors import UserError
from benchmark.json_records import from_json
from benchmark.metrics.catalog import score_column
from benchmark.records import Protocol
from reports.records.files import PROTOCOL, RUNS, Meaning, meaning
from reports.records.load import StudyRecords
from reports.records.selection import differing
from reports.statistics.difference import SIGNIFICANT, difference
from reports.statistics.intervals import holm, summarise
from reports.statistics.scale import Scale, scale_of

COLUMNS = [
    *("variant", "before", "seeds_before", "after", "seeds_after", "difference", "scale", "effect", "low", "high"),
    *("p_value", "adjusted", "diverged_before", "diverged_after", "verdict"),
]
WORSE, LOST, BETTER, SAME = "worse", "lost", "better", "unchanged"
TIED, UNTESTED, NOT_RUN = "no difference found", "too few seeds to tell", "not run"
# A change that brings one of these about fails.
LOSSES = (WORSE, LOST)


@dataclass(frozen=True)
class Side:
    """A study before or after a change.

    Attributes:
        name: Where it was read from.
        study_id: Its experiment, or several joined.
        code: The commit that its runs were made with; "" if unknown.
        ranked_by: The score that ranks.
        protocol: Of its final runs; None if there are none.
        runs: Columns variant, kind, number, state and the score that ranks.
    """

    name: str
    study_id: str
    code: str
    ranked_by: str
    protocol: Protocol | None
    runs: pd.DataFrame


def side_of(records: StudyRecords, name: str) -> Side:
    """A study as MLflow has it."""
    return _side(name, meaning(records), records.runs)


def read_side(folder: Path) -> Side:
    """A study as a report has it: CI can keep that folder, and needs no MLflow.

    Raises:
        UserError: if the folder holds no such report.
    """
    try:
        told = from_json(Meaning, (folder / PROTOCOL).read_text(encoding="utf-8"))
        return _side(str(folder), told, pd.read_csv(folder / RUNS))
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{folder}: no report with {PROTOCOL} and {RUNS} that can be read ({error})") from error


def _side(name: str, told: Meaning, runs: pd.DataFrame) -> Side:
    columns = ["variant", "kind", "number", "state", told.ranked_by]
    return Side(name, told.study, told.code, told.ranked_by, told.protocols.get("final"), runs[columns])


def compare_sides(before: Side, after: Side) -> pd.DataFrame:
    """The final runs of each variant before and after, by Welch's test, adjusted by Holm for all variants tested.

    Final runs of the same number have the same seed: where nothing that matters has changed they end with the same
    scores to the last digit, and are "unchanged" rather than tested.

    Returns:
        A row a variant that either side has final scores of, with `COLUMNS`: before and after are means, the difference
        is after minus before, the effect after over before (or the difference: see `reports.statistics.scale`) with its
        95 % interval, diverged counts trials and final runs, and the verdict is "worse", "better", "no difference
        found", "unchanged", "lost" (it had final scores and ran, but has none now), "too few seeds to tell" or "not
        run".

    Raises:
        UserError: if the two sides' scores do not mean the same.
    """
    _check(before, after)
    names = sorted({*_scored(before), *_scored(after)})
    scale = scale_of(score for side in (before, after) for name in names for score in _finals(side, name))
    rows = [_row(name, before, after, scale) for name in names]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["adjusted"] = holm(frame["p_value"].tolist())
    lower = score_column(before.ranked_by).lower_is_better is not False
    decided = zip(frame["verdict"], frame["adjusted"], frame["effect"] > scale.none, strict=True)
    return frame.assign(verdict=[_verdict(*each, lower=lower) for each in decided])


def summary(compared: pd.DataFrame) -> str:
    """The result in a sentence."""
    losses = compared[compared["verdict"].isin(LOSSES)]
    if len(losses):
        named = ", ".join(f"{row['variant']} ({row['verdict']})" for _, row in losses.iterrows())
        return f"{len(losses)} of {len(compared)} variants lost by the change: {named}"
    counts = ", ".join(f"{count} {verdict}" for verdict, count in compared["verdict"].value_counts().items())
    return f"No variant lost by the change ({counts or 'no final runs'})"


def _check(before: Side, after: Side) -> None:
    if before.ranked_by != after.ranked_by:
        raise UserError(f"{before.name} ranks by {before.ranked_by}, {after.name} by {after.ranked_by}: not comparable")
    if before.protocol and after.protocol and (fields := differing(before.protocol, after.protocol)):
        raise UserError(f"{before.name} and {after.name} were scored under different protocols: {fields}")


def _finals(side: Side, variant: str) -> "pd.Series[float]":
    runs = side.runs[(side.runs["kind"] == "final") & (side.runs["variant"] == variant)]
    return runs.set_index("number")[side.ranked_by].dropna().sort_index()


def _scored(side: Side) -> set[str]:
    scored = side.runs[(side.runs["kind"] == "final") & side.runs[side.ranked_by].notna()]
    return set(scored["variant"])


def _row(variant: str, before: Side, after: Side, scale: Scale) -> list[object]:
    sides = [_finals(side, variant) for side in (before, after)]
    one, other = (summarise(scores.tolist()) for scores in sides)
    found = difference(*(scale.summary(scores.tolist()) for scores in sides))
    verdict, p_value = "", found.p_value
    if other.n == 0 or one.n == 0:
        ran = [bool((side.runs["variant"] == variant).any()) for side in (before, after)]
        verdict, p_value = (LOST if one.n and all(ran) else NOT_RUN), math.nan
    elif sides[0].to_dict() == sides[1].to_dict():
        verdict, p_value = SAME, math.nan
    diverged = [int(((s.runs["variant"] == variant) & (s.runs["state"] == "diverged")).sum()) for s in (before, after)]
    means = [one.mean, one.n, other.mean, other.n, other.mean - one.mean]
    effect = [scale.back(end) for end in (found.mean, found.low, found.high)]
    return [variant, *means, scale.name, *effect, p_value, math.nan, *diverged, verdict]


def _verdict(known: str, adjusted: float, rose: bool, *, lower: bool) -> str:
    if known:
        return known
    if math.isnan(adjusted):
        return UNTESTED
    if adjusted >= SIGNIFICANT:
        return TIED
    return WORSE if rose == lower else BETTER
