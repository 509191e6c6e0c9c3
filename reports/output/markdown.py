"""The report as Markdown, to be pasted into an issue or a README."""

from collections.abc import Sequence

import pandas as pd

from benchmark.plain_text import markdown
from reports.output.hyperparameter_table import Found, found_table
from reports.output.search_budget_table import (
    SEARCH_BUDGET_WORDS,
    leader_sentence,
    search_budget_headings,
    search_budget_rows,
)
from reports.output.tables import leaderboard_table
from reports.output.tuning_table import TUNING_HEADINGS, TUNING_WORDS, tuning_rows
from reports.records.load import StudyRecords
from reports.text.headline import headline
from reports.text.protocol import protocol_sentences
from reports.text.searches import search_luck


def render_markdown(records: StudyRecords, board: pd.DataFrame) -> str:
    """The answer, the leaderboard, its protocol, what tuning gained and the found hyperparameters.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    answer = headline(records, board)
    table = leaderboard_table(records, board)
    found = found_table(records, board["variant"].tolist())
    parts = [
        f"# {markdown(answer.answer)}",
        markdown(" ".join(answer.details)),
        _bullets(answer.warnings),
        "## Variants",
    ]
    parts.append(
        _grid(
            ["verdict", "variant", *(heading.label for heading in table.headings)],
            [[row.verdict, row.name, *row.cells] for row in table.rows],
        )
    )
    parts += [
        markdown(" ".join(protocol_sentences(records))),
        *_luck(records),
        *_budgets(records),
        *_tuning(records),
        "## Hyperparameters",
        "Found by the search (the paper's).",
    ]
    rows = [[row.variant, str(row.trial), *map(_both, row.cells)] for row in found.rows]
    parts.append(_grid(["variant", "trial", *found.headings], rows) if rows else "No trial was completed.")
    parts.append("The figures and samples are in [index.html](index.html); spec.toml runs the same study again.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _luck(records: StudyRecords) -> list[str]:
    said = search_luck(records)
    return ["## The luck of the search", markdown(" ".join(said))] if said else []


def _budgets(records: StudyRecords) -> list[str]:
    rows = search_budget_rows(records)
    grid = _grid(search_budget_headings(records), [row.cells for row in rows])
    words = markdown(f"{SEARCH_BUDGET_WORDS} {leader_sentence(records)}")
    return ["## What a search finds by how many trials", words, grid] if rows else []


def _tuning(records: StudyRecords) -> list[str]:
    rows = tuning_rows(records)
    grid = _grid(TUNING_HEADINGS, [row.cells for row in rows])
    return ["## What tuning gained", TUNING_WORDS, grid] if rows else []


def _both(cell: Found) -> str:
    return f"{cell.found} ({cell.default})" if cell.changed else cell.found


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)


def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[markdown(cell) for cell in line] for line in (headings, *rows)]
    lines = [cells[0], ["---"] * len(headings), *cells[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
