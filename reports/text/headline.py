"""The answer in words: which variant won, by how much, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.leaderboard import STATES, final_scores, pairwise, tested_score
from reports.records.load import StudyRecords
from reports.statistics.difference import SIGNIFICANT
from reports.statistics.scale import RATIO, common_scale
from reports.statistics.seeds_needed import MOST, seeds_needed
from reports.text.formats import count, decimals_for, fixed, listing, percent, plus_minus, short

_NAMED = 3
_LISTED = 6


@dataclass(frozen=True)
class Headline:
    """What to read if one reads nothing else.

    Attributes:
        answer: One sentence, without a full stop.
        details: By how much, and how sure: at most two sentences.
        warnings: What to know before believing it.
    """

    answer: str
    details: list[str]
    warnings: list[str]


def headline(records: StudyRecords, board: pd.DataFrame) -> Headline:
    """Say what a leaderboard shows.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    ranked = board[board["seeds"] > 0]
    warnings = _warnings(records, board)
    if ranked.empty:
        return Headline(*_nothing_ranked(records), warnings)
    details = [_how_much(records, ranked), *([_how_sure(records, ranked)] if len(ranked) > 1 else [])]
    return Headline(_answer(ranked, records.ranked_by), details, warnings)


def _answer(ranked: pd.DataFrame, score: str) -> str:
    best, label, means = ranked["variant"].iloc[0], score_column(score).label, ranked[f"{score}_mean"]
    tied = ranked.loc[ranked["p_value"] >= SIGNIFICANT, "variant"].tolist()
    if len(ranked) == 1:
        return f"Only {best} has final runs, so there is nothing to compare it with"
    if means.nunique() == 1:
        return f"All {len(ranked)} variants have the same {label}: {short(means.iloc[0])}"
    if ranked["p_value"].isna().all():
        return f"{best} has the lowest {label}, but single seeds cannot rank variants"
    if not tied:
        return f"{best} has the lowest {label} of {len(ranked)} variants"
    seeds = _seeds(ranked[ranked["variant"].isin([best, *tied])])
    if len(tied) <= _NAMED:
        return f"{listing([best, *tied])} cannot be told apart with {seeds}"
    return f"{best} leads, but {len(tied)} other variants cannot be told apart from it with {seeds}"


def _how_much(records: StudyRecords, ranked: pd.DataFrame) -> str:
    """The best's score and budget, and how far behind the next one is."""
    score = records.ranked_by
    decimals = decimals_for(ranked[f"{score}_mean"])
    pairs = zip(ranked[f"{score}_mean"], ranked[f"{score}_std"], strict=True)
    means = [plus_minus(mean, std, decimals) for mean, std in pairs]
    best, steps = ranked["variant"].iloc[0], count(records.spec.budget.discriminator_steps)
    first = (
        f"{best}: {score_column(score).label} {means[0]} over {_seeds(ranked.head(1))} of {steps} discriminator updates"
    )
    if len(ranked) == 1:
        return f"{first}."
    pair = pairwise(records).iloc[0]
    gap = _gap(pair, decimals)
    wins = f"a run of {best} scores lower than one of {pair['other']} with a probability of {percent(pair['wins'])}"
    sure = f" ({percent(pair['wins_low'])} to {percent(pair['wins_high'])})" if pd.notna(pair["wins_low"]) else ""
    return f"{first}; {pair['other']} follows with {means[1]}, {gap}, and {wins}{sure}."


def _gap(pair: "pd.Series[float]", decimals: int) -> str:
    """How much worse the other is, as it was tested."""
    places, words = (2, "times as high") if str(pair["scale"]) == RATIO.name else (decimals, "higher")
    effect, low, high = (fixed(pair[name], places) for name in ("effect", "low", "high"))
    return f"{effect} {words}" + (f" (95 % interval {low} to {high})" if pd.notna(pair["low"]) else "")


def _how_sure(records: StudyRecords, ranked: pd.DataFrame) -> str:
    others = ranked.iloc[1:]
    tested = others.dropna(subset=["p_value"])
    if tested.empty:
        return "There is no telling how sure this is: a spread needs two seeds or more."
    several = int((ranked["seeds"] > 1).sum())
    comparisons = several * (several - 1) // 2
    test = (
        f"(Welch's t-test of {tested_score(records)}, adjusted by Holm for {comparisons} comparisons, "
        f"p < {SIGNIFICANT})"
    )
    tied = tested.loc[tested["p_value"] >= SIGNIFICANT, "variant"].tolist()
    untested = others.loc[others["p_value"].isna(), "variant"].tolist()
    caveat = f"; not tested, for want of a second seed: {listing(untested)}" if untested else ""
    if not tied:
        highest = short(tested["p_value"].max())
        return f"Every variant tested against it differs {test}; the largest p is {highest}{caveat}."
    apart = len(tested) - len(tied)
    more = _to_settle(records, ranked["variant"].iloc[0], tied[0], comparisons)
    told = f"{apart} of {len(tested)} others" if apart else f"None of the {len(tested)} others"
    which = f", not {_shortened(tied)}" if apart else ""
    return f"{told} can be told apart from {ranked['variant'].iloc[0]} {test}{which}{more}{caveat}."


def _shortened(names: Sequence[str]) -> str:
    if len(names) <= _LISTED:
        return listing(names)
    return listing([*names[: _LISTED - 1], f"{len(names) - _LISTED + 1} more"])


def _to_settle(records: StudyRecords, best: str, rival: str, comparisons: int) -> str:
    """How many seeds would tell the best from its nearest rival, if means and spreads are as they look."""
    scores = final_scores(records)
    scale = common_scale(scores)
    seeds = seeds_needed(scale.summary(scores[best]), scale.summary(scores[rival]), SIGNIFICANT / comparisons)
    if math.isinf(seeds):
        return f"; no number of seeds up to {count(MOST)} would tell {rival} from it, as close as they look"
    return f"; about {count(seeds)} seeds each would tell {rival} from it, if the true means and spreads are like these"


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
    warnings = [*records.warnings]
    warnings += [
        f"{listing(names.tolist())}: {note}." for note, names in flagged.groupby("note", sort=False)["variant"]
    ]
    open_runs = int((~records.runs["state"].isin(STATES)).sum())
    if open_runs:
        warnings.append(f"{open_runs} {'run has' if open_runs == 1 else 'runs have'} not ended.")
    return warnings
