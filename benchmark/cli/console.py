"""What commands print on, and for whom: a person, or with --json a program; with --quiet less."""

import io
import json
import os
import sys
from collections.abc import Mapping
from math import isfinite
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmark.addresses import redacted
from benchmark.plain_text import LEGIBLE, in_letters_of, one_line

# As the options of this name set them for the time of a command, or a person for all commands.
QUIET, JSON = "GANBENCH_QUIET", "GANBENCH_JSON"
ON = "1"

console = Console()
LOG_WIDTH = 260  # as wide as the leaderboard with all default scores


def is_quiet() -> bool:
    """Whether nothing but results and errors is asked for."""
    return os.environ.get(QUIET) == ON


def for_programs() -> bool:
    """Whether standard output is to hold one JSON document and nothing else."""
    return os.environ.get(JSON) == ON


def for_people() -> Console:
    """Where a person reads: where errors go if a program reads the output."""
    return Console(stderr=True) if for_programs() else console


def use_its_letters() -> None:
    """Have a terminal or a log that lacks a letter, as one in ASCII does, get another in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LEGIBLE)


def say(line: str) -> None:
    """Print one line that is no result, unless it is to be quiet; see `answer`."""
    if not is_quiet():
        _print(line)


def answer(line: str) -> None:
    """Print one line as it is, never wrapped, without passwords of addresses; control characters in it are escaped."""
    if not (is_quiet() and for_programs()):
        _print(line)


def _print(line: str) -> None:
    for_people().print(redacted(one_line(line)), soft_wrap=True, highlight=False, markup=False, emoji=False)


def add_row(table: Table, *cells: str, style: str | None = None) -> None:
    """Add a row to a table: its text as it is, whatever its brackets; control characters are escaped.

    Args:
        table: One for `print_table`.
        cells: Each one line.
        style: Of the row.
    """
    table.add_row(*(Text(in_letters_of(one_line(cell), console.encoding)) for cell in cells), style=style)


def print_table(table: Table) -> None:
    """Print a table for a person; without a terminal it is as wide as COLUMNS says, and whole if that says nothing."""
    if for_programs():
        return
    if not console.encoding.lower().startswith("utf"):
        for column in table.columns:
            column.overflow = "fold"  # an ellipsis, which is measured as one letter, is written as three there
    is_wide = not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit()
    Console(width=LOG_WIDTH if is_wide else None).print(table)


def print_document(document: Mapping[str, Any]) -> None:
    """Print one JSON document for a program, if one reads; numbers that JSON has no word for are null."""
    if for_programs():
        print(redacted(json.dumps(_plain(document), indent=1, default=str)))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value
