"""What a report found, as `benchmark.tracking.findings` has it: for MLflow, and for programs that want a verdict."""

import math

import pandas as pd

from benchmark.json_records import to_json
from benchmark.metrics.catalog import score_column
from benchmark.tracking.findings import Findings, VariantFindings
from reports.analysis.answer import AnswerFacts, answer_facts
from reports.analysis.leaderboard import measured_scores
from reports.records.load import StudyRecords
from reports.text.formats import decimals_for, plus_minus, span
from reports.text.formats import seeds as in_seeds
from reports.text.headline import headline
from reports.text.verdict import gap_in_words


def findings(records: StudyRecords, board: pd.DataFrame) -> Findings:
    """What came of a study.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    facts, found, scores = answer_facts(records), headline(records, board), measured_scores(records)
    rows = [row for _, row in board.iterrows()]
    decimals = decimals_for(board[f"{facts.ranked_by}_mean"]) if rows else 0
    return Findings(
        answer=found.answer,
        details=tuple(found.details),
        confidence=1 - facts.error if facts.contenders and facts.seeds > 1 else None,
        variants={
            str(row["variant"]): VariantFindings(
                verdict=str(row["verdict"]),
                words=_words(row, facts, decimals),
                seeds=int(row["seeds"]),
                intervals=_intervals(row, scores),
            )
            for row in rows
        },
    )


def findings_json(records: StudyRecords, board: pd.DataFrame) -> str:
    """The same as JSON."""
    return to_json(findings(records, board), indent=1) + "\n"


def _words(row: "pd.Series[float]", facts: AnswerFacts, decimals: int) -> str:
    """A variant's verdict, its score and how far that is from the best's."""
    score, seeds = facts.ranked_by, int(row["seeds"])
    if not seeds:
        return f"{str(row['verdict']).capitalize()}: no final run has a score."
    ends = float(row[f"{score}_low"]), float(row[f"{score}_high"])
    sure = f" (95 % interval of the mean {span(*ends, decimals)})" if all(map(math.isfinite, ends)) else ""
    mean = plus_minus(row[f"{score}_mean"], row[f"{score}_std"], decimals)
    verdict, over = str(row["verdict"]).capitalize(), in_seeds(seeds, facts.unit)
    told = f"{verdict}: {score_column(score).label} {mean} over {over}{sure}"
    # Of the best itself there is nothing to say.
    gap = f"; against the best {gap_in_words(row, facts.scale)}" if pd.notna(row["factor_low"]) else ""
    left = f"; out of the race after {in_seeds(int(row['stage']), facts.unit)}" if pd.notna(row["stage"]) else ""
    return f"{told}{gap}{left}."


def _intervals(row: "pd.Series[float]", scores: list[str]) -> dict[str, tuple[float, float]]:
    pairs = {score: (float(row[f"{score}_low"]), float(row[f"{score}_high"])) for score in scores}
    return {score: pair for score, pair in pairs.items() if all(map(math.isfinite, pair))}
