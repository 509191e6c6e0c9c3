"""What to read if one reads nothing else: the answer, what it is to, and what to know before believing it."""

from dataclasses import dataclass

import pandas as pd

from benchmark.plain_text import counted
from reports.analysis.answer import answer_facts
from reports.analysis.states import STATES
from reports.records.load import StudyRecords
from reports.text.formats import listing
from reports.text.verdict import answer, best_and_nearest, intervals_alone, properties, what_it_answers


@dataclass(frozen=True)
class Headline:
    """What to read if one reads nothing else.

    Attributes:
        answer: One sentence, without a full stop: what to use, at which confidence, among how many.
        details: What the answer is to; then how good the best is, and which contender to take for another property.
        warnings: What to know before believing it.
    """

    answer: str
    details: list[str]
    warnings: list[str]


def headline(records: StudyRecords, board: pd.DataFrame) -> Headline:
    """Say what came of a race.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    facts = answer_facts(records)
    warnings = _warnings(records, board)
    if not facts.raced:
        return Headline(answer(facts, board), [_nothing_raced(records)], warnings)
    said = (what_it_answers(facts), best_and_nearest(facts, board), intervals_alone(facts, board), properties(board))
    return Headline(answer(facts, board), [sentence for sentence in said if sentence], warnings)


def _nothing_raced(records: StudyRecords) -> str:
    ended = records.runs[records.runs["state"].isin(STATES)]
    if len(ended) and not (ended["state"] == "complete").any():
        counts = ", ".join(f"{n} {state}" for state, n in ended["state"].value_counts().items())
        return f"Of {counted(len(ended), 'run')} that ended: {counts}."
    return "Only final runs, with fresh seeds on the test split, race; the search below is not one."


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
