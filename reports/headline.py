"""The answer in words: which variant won, by how much, and how sure that is."""

from dataclasses import dataclass

import pandas as pd

from benchmark.records import SCORES
from reports.difference import SIGNIFICANT
from reports.formats import decimals_for, listing, plus_minus, short
from reports.load import StudyRecords
from reports.statistics import STATES

_NAMED = 3


@dataclass(frozen=True)
class Headline:
    """What to read if one reads nothing else.

    Attributes:
        answer: One sentence.
        details: By how much, and how sure.
        warnings: What is missing from the study.
    """

    answer: str
    details: list[str]
    warnings: list[str]


def headline(records: StudyRecords, board: pd.DataFrame) -> Headline:
    """Say what a leaderboard shows.

    Args:
        records: The study.
        board: Its `reports.statistics.leaderboard`.
    """
    ranked = board[board["seeds"] > 0]
    warnings = _warnings(records, board)
    if ranked.empty:
        return Headline(*_nothing_ranked(records), warnings)
    score, label = records.ranked_by, SCORES[records.ranked_by].label
    decimals = decimals_for(ranked[f"{score}_mean"])
    means = [
        plus_minus(mean, std, decimals)
        for mean, std in zip(ranked[f"{score}_mean"], ranked[f"{score}_std"], strict=True)
    ]
    details = [f"{ranked['variant'].iloc[0]}: {label} {means[0]} over {_seeds(ranked.head(1))}."]
    if len(ranked) > 1:
        gap = ranked[f"{score}_mean"].iloc[1] - ranked[f"{score}_mean"].iloc[0]
        share = 100 * gap / ranked[f"{score}_mean"].iloc[0]
        second = f"{ranked['variant'].iloc[1]} follows with {means[1]}, {gap:.{decimals}f} ({share:.0f} %) higher."
        details += [second, _how_sure(ranked)]
    return Headline(_answer(ranked, label), details, warnings)


def _answer(ranked: pd.DataFrame, label: str) -> str:
    best = ranked["variant"].iloc[0]
    tied = ranked.loc[ranked["p_value"] >= SIGNIFICANT, "variant"].tolist()
    if len(ranked) == 1:
        return f"Only {best} has final runs, so there is nothing to compare it with"
    if ranked["p_value"].isna().all():
        return f"{best} has the lowest {label}, but single seeds cannot rank variants"
    if not tied:
        return f"{best} has the lowest {label} of {len(ranked)} variants"
    seeds = _seeds(ranked[ranked["variant"].isin([best, *tied])])
    if len(tied) <= _NAMED:
        return f"{listing([best, *tied])} cannot be told apart with {seeds}"
    return f"{best} leads, but {len(tied)} other variants cannot be told apart from it with {seeds}"


def _how_sure(ranked: pd.DataFrame) -> str:
    others = ranked.iloc[1:]
    tested = others.dropna(subset=["p_value"])
    if tested.empty:
        return "There is no telling how sure this is: a spread needs two seeds or more."
    several = int((ranked["seeds"] > 1).sum())
    test = f"(Welch's t-test, adjusted by Holm for {several * (several - 1) // 2} comparisons, p < {SIGNIFICANT})"
    tied = tested.loc[tested["p_value"] >= SIGNIFICANT, "variant"].tolist()
    untested = others.loc[others["p_value"].isna(), "variant"].tolist()
    caveat = f" Not tested, for want of a second seed: {listing(untested)}." if untested else ""
    if not tied:
        highest = short(tested["p_value"].max())
        return f"Every variant tested against it differs {test}; the largest p is {highest}.{caveat}"
    apart = len(tested) - len(tied)
    return f"Not told apart from it: {listing(tied)}. Told apart: {apart} of {len(tested)} others {test}.{caveat}"


def _seeds(ranked: pd.DataFrame) -> str:
    low, high = ranked["seeds"].min(), ranked["seeds"].max()
    return "1 seed" if high == 1 else f"{high} seeds" if low == high else f"{low} to {high} seeds"


def _nothing_ranked(records: StudyRecords) -> tuple[str, list[str]]:
    ended = records.runs[records.runs["state"].isin(STATES)]
    if len(ended) and not (ended["state"] == "complete").any():
        counts = ", ".join(f"{n} {state}" for state, n in ended["state"].value_counts().items())
        return "No run was completed, so there is nothing to compare", [f"Of {len(ended)} runs that ended: {counts}."]
    complete = int((ended["state"] == "complete").sum())
    details = ["Only final runs, with fresh seeds on the test split, rank variants; the search below is not one."]
    trials = "1 complete trial" if complete == 1 else f"{complete} complete trials"
    return f"Nothing can be ranked yet: no final run, {trials}", details


def _warnings(records: StudyRecords, board: pd.DataFrame) -> list[str]:
    flagged = board[board["note"] != ""]
    warnings = [f"{listing(names.tolist())}: {note}." for note, names in flagged.groupby("note", sort=False)["variant"]]
    open_runs = int((~records.runs["state"].isin(STATES)).sum())
    if open_runs:
        warnings.append(f"{open_runs} {'run has' if open_runs == 1 else 'runs have'} not ended.")
    return warnings
