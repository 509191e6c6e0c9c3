"""The answer in words: a function of the leaderboard and of `reports.analysis.answer.answer_facts`, no more."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from benchmark.metrics.catalog import score_column
from benchmark.plain_text import counted
from reports.analysis.answer import AnswerFacts
from reports.text.formats import count, decimals_for, duration, listing, percent_of, plus_minus, short, thousands, times
from reports.text.formats import seeds as in_seeds

_LISTED = 5
# Behind an interval that says more than the race does.
ALONE = ", of this pair alone"
# Another search finds other settings, and may turn the order of variants: no answer is to more than what it found,
# unless searches are what raced.
_BEST = {"seed": "the best as tuned here is among them", "search": "the best method under this budget is among them"}
_IS_BEST = {"seed": "the best of them as tuned here", "search": "the best method of them under this budget"}


@dataclass(frozen=True)
class _Property:
    """Something else to choose by.

    Attributes:
        column: Of the leaderboard.
        low_is_better: Which end is.
        words: What stands between the variant and the value.
        printed: The value as text.
    """

    column: str
    low_is_better: bool
    words: str
    printed: Callable[[float], str]


_PROPERTIES = (
    _Property("train_seconds", True, "trains fastest", lambda value: f"{duration(value)} a run"),
    _Property("generator_parameters", True, "is smallest", lambda value: f"{thousands(value)} generator parameters"),
    _Property("recall_mean", False, "has the best recall", short),
)


def answer(facts: AnswerFacts, board: pd.DataFrame) -> str:
    """What to use, at which confidence, and among how many: one sentence, without a full stop.

    Args:
        facts: From `reports.analysis.answer.answer_facts`.
        board: The `reports.analysis.leaderboard.leaderboard`.
    """
    if not facts.raced:
        return _nothing_raced(facts)
    if not facts.finished:
        return _unfinished(facts, board)
    if not facts.contenders:
        return _untested(facts, board)
    names = contenders(board)
    if facts.raced == 1:
        return f"Only {names[0]} was raced, so nothing tells how it stands among others"
    if len(names) == 1 and facts.seeds < 2:
        alone = f"{names[0]} alone completed its {'run' if facts.searches == 1 else facts.unit}, of {_field(facts)}"
        return f"{alone}: one {facts.unit} tells nothing more, with no confidence"
    if len(names) == 1:
        return (
            f"Use {names[0]}: of {_field(facts)} it alone is left, and with {_confidence(facts)} "
            f"confidence it is {_IS_BEST[facts.unit]}"
        )
    # Of equals any will do; of others the best is one, and nobody knows which.
    which = "any" if facts.equal else "one"
    return f"Use {which} of {_shortened(names)}: {_several(facts, len(names))}"


def _several(facts: AnswerFacts, left: int) -> str:
    """Why any of several contenders will do."""
    sure, looked = f"with {_confidence(facts)} confidence", in_seeds(facts.seeds, facts.unit)
    if facts.equal:
        if left == facts.raced:
            return f"all {_field(facts)} are left, and {sure} they {_within(facts)}"
        return f"of {_field(facts)} these {left} are left; {sure} {_BEST[facts.unit]}, and they {_within(facts)}"
    if left == facts.raced:
        return f"none of the {_field(facts)} was found worse than another by {looked} {sure}"
    return f"of {_field(facts)} these {left} are left after {looked}, and {sure} {_BEST[facts.unit]}"


def _field(facts: AnswerFacts) -> str:
    """Among how many; where the papers' settings race besides, a variant is in twice."""
    return f"{facts.raced} {'entrants' if facts.paper else 'variants'} raced"


def _within(facts: AnswerFacts) -> str:
    margin = facts.margin
    apart = f"{100 * (margin - 1):.3g} %" if facts.scale == "ratio" else f"{margin:.3g}"
    return f"lie within {apart} of each other in {score_column(facts.ranked_by).label}"


def contenders(board: pd.DataFrame) -> list[str]:
    """Those still in, best first."""
    return [str(name) for name in board.loc[board["verdict"] == "contender", "variant"]]


def _confidence(facts: AnswerFacts) -> str:
    return percent_of(1 - facts.error)


def _nothing_raced(facts: AnswerFacts) -> str:
    if facts.ended and not facts.completed:
        return "No run was completed, so there is nothing to use"
    return f"Nothing can be said yet: no final run, {counted(facts.trials, 'complete trial')}"


def _unfinished(facts: AnswerFacts, board: pd.DataFrame) -> str:
    """Who is left so far."""
    waiting = [name for name in facts.waiting.split(", ") if name]
    to_come = f"; {_shortened(waiting)} {'is' if len(waiting) == 1 else 'are'} still to come" if waiting else ""
    names = contenders(board)
    if not names:
        return (
            "Nothing can be said yet: the first look at the race waits for "
            f"{counted(facts.first_seeds, 'final run' if facts.searches == 1 else facts.unit)} of each variant{to_come}"
        )
    if facts.raced == 1:
        return f"The race is not over: only {names[0]} has come so far{to_come}"
    left = f"{names[0]} alone is" if len(names) == 1 else f"{_shortened(names)} are"
    looked = in_seeds(facts.seeds, facts.unit)
    return f"The race is not over: of {_field(facts)} {left} left so far, after {looked}{to_come}"


def _untested(facts: AnswerFacts, board: pd.DataFrame) -> str:
    scored = board[board["seeds"] > 0]
    if scored.empty:
        which = f"any of the {_field(facts)}" if facts.raced != 1 else "the one variant raced"
        return f"Do not use {which}: every final run diverged"
    label = score_column(facts.ranked_by).label
    lowest = scored.sort_values(f"{facts.ranked_by}_mean", kind="stable")["variant"].iloc[0]
    if facts.raced == 1:
        return f"Only {lowest} was raced, so nothing tells how it stands among others"
    return (
        f"One {facts.unit} each tells nothing from chance: {lowest} has the lowest {label} of {_field(facts)}, "
        "but with no confidence"
    )


def what_it_answers(facts: AnswerFacts) -> str:
    """The question that the race answers, as narrow as it was put."""
    pixels = f", {facts.resolution:.0f} by {facts.resolution:.0f} pixels" if math.isfinite(facts.resolution) else ""
    label = score_column(facts.ranked_by).label
    return (
        f"This answers for {_settings(facts)}, on {facts.dataset} ({facts.split} split{pixels}), with "
        f"{_budget(facts)}, by {label}; another {'search, ' if facts.searches == 1 else ''}data set or "
        "budget may answer otherwise."
    )


def _budget(facts: AnswerFacts) -> str:
    return f"{count(facts.steps)} discriminator updates a run" if facts.steps else "each study's discriminator updates"


def _settings(facts: AnswerFacts) -> str:
    if facts.search_trials == 1:
        return "the settings of the papers, without a search"
    papers = " and those of the papers" if facts.paper else ""
    if facts.searches > 1:
        papers = ", and for those of the papers" if facts.paper else ""
        return (
            f"methods under this budget, a search of {counted(facts.search_trials, 'trial')} a variant, repeated up to "
            f"{facts.searches} times: not for the settings that one search found{papers}"
        )
    if facts.studies != 1:
        return f"the settings that the searches of {facts.studies} studies found{papers}"
    return f"the settings that one search found in {facts.search_trials} trials a variant{papers}"


def best_and_nearest(facts: AnswerFacts, board: pd.DataFrame) -> str:
    """The best's score, and how far behind it the nearest of those out of the race was; "" without a best."""
    names, score = contenders(board), facts.ranked_by
    if not names:
        return ""
    best = board[board["variant"] == names[0]].iloc[0]
    mean = plus_minus(best[f"{score}_mean"], best[f"{score}_std"], decimals_for(board[f"{score}_mean"]))
    told = f"{names[0]}: {score_column(score).label} {mean} over {in_seeds(best['seeds'], facts.unit)}"
    out = board[(board["verdict"] == "out") & board["factor"].notna()]
    if out.empty:
        return f"{told}."
    nearest, gone = out.iloc[0], int((board["verdict"] == "out").sum())
    which = f"Of the {gone} out of the race {nearest['variant']} came nearest" if gone > 1 else str(nearest["variant"])
    return f"{told}. {which}: {gap_in_words(nearest, facts.scale)}, out after {in_seeds(nearest['stage'], facts.unit)}."


def is_in_alone(row: "pd.Series[float]", scale: str) -> bool:
    """Whether a contender's interval by itself says that it is worse than the best, where the race does not."""
    nothing = 1 if scale == "ratio" else 0
    return bool(str(row["verdict"]) == "contender" and row["factor_low"] > nothing)


def intervals_alone(facts: AnswerFacts, board: pd.DataFrame) -> str:
    """Why contenders are in whose intervals say otherwise; "" if there are none."""
    names = [str(row["variant"]) for _, row in board.iterrows() if is_in_alone(row, facts.scale)]
    if not names or not facts.chance:
        return ""
    many = len(names) > 1
    return (
        f"{_shortened(names)} {'are' if many else 'is'} still in, though {'their' if many else 'its'} "
        f"interval{'s' if many else ''} against the best {'leave' if many else 'leaves'} out "
        f"{1 if facts.scale == 'ratio' else 0}: such an interval is of one pair at one look, and is wrong in one case "
        f"of 20, while the race is to be wrong in at most {percent_of(facts.error)} over all pairs and looks. So after "
        f"{in_seeds(facts.seeds, facts.unit)} it sent out only who was worse than a rival at a chance below "
        f"{short(100 * facts.chance)} %, where an interval leaves 2.5 % on either side."
    )


def gap_in_words(row: "pd.Series[float]", scale: str) -> str:
    """How far above the best a variant was, as in "1.42 times as high (95 % interval 1.20 to 1.71)"."""
    found, low, high = (times(row[name]) if scale == "ratio" else short(row[name]) for name in _FACTOR)
    words = "times as high" if scale == "ratio" else "higher"
    alone = ALONE if is_in_alone(row, scale) else ""
    return f"{found} {words}" + (f" (95 % interval {low} to {high}{alone})" if pd.notna(row["factor_low"]) else "")


_FACTOR = ("factor", "factor_low", "factor_high")


def properties(board: pd.DataFrame) -> str:
    """Which contenders to take for another property, where that is not the best one anyway; "" if none."""
    left = board[board["verdict"] == "contender"]
    best: dict[str, list[str]] = {}
    for wanted in _PROPERTIES:
        if wanted.column in left:
            for variant, words in _best_in(left, wanted).items():
                best.setdefault(variant, []).append(words)
    known = [f"{variant} {listing(words)}" for variant, words in best.items()]
    return f"Of those left, {listing(known)}." if known else ""


def _best_in(left: pd.DataFrame, wanted: _Property) -> dict[str, str]:
    """Who of those left is best in a property, and how; none if that is the first one anyway, or nobody knows."""
    values = left[wanted.column].astype(float).tolist()
    known = [value for value in values if math.isfinite(value)]
    if not known or values[0] == (best := (min if wanted.low_is_better else max)(known)):
        return {}
    # Of equals the first, which has the better score.
    return {str(left["variant"].iloc[values.index(best)]): f"{wanted.words} ({wanted.printed(best)})"}


def _shortened(names: Sequence[str]) -> str:
    if len(names) <= _LISTED:
        return listing(names)
    return listing([*names[: _LISTED - 1], f"{len(names) - _LISTED + 1} more"])


def race_words(facts: AnswerFacts) -> str:
    """How the picture of the race is read, and what the race cost; "" before the first look."""
    if not facts.seeds:
        return ""
    each = facts.runs_a_unit
    whole = facts.raced * facts.most_seeds * each
    cost = f"{count(facts.runs)} final runs were made"
    saved = f"{cost} of the {count(whole)} that {in_seeds(facts.most_seeds, facts.unit)} of each would be"
    unit = "how many times as high as the lowest" if facts.scale == "ratio" else "how far above the lowest"
    return (
        f"The race: a line is as long as a variant was in, the numbers say {unit} its mean was at each look; a cross "
        f"is out, a dot is left. {cost if facts.runs == whole else saved}."
    )
