"""What commands print on."""

import io
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmark.plain_text import LEGIBLE, in_letters_of, one_line

console = Console()
LOG_WIDTH = 260  # as wide as the leaderboard with all default scores


def use_its_letters() -> None:
    """Have a terminal or a log that lacks a letter, as one in ASCII does, get another in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LEGIBLE)


def say(line: str) -> None:
    """Print one line as it is, never wrapped; control characters in it are escaped."""
    console.print(one_line(line), soft_wrap=True, highlight=False, markup=False, emoji=False)


def add_row(table: Table, *cells: str, style: str | None = None) -> None:
    """Add a row to a table: its text as it is, whatever its brackets; control characters are escaped.

    Args:
        table: One for `print_table`.
        cells: Each one line.
        style: Of the row.
    """
    table.add_row(*(Text(in_letters_of(one_line(cell), console.encoding)) for cell in cells), style=style)


def print_table(table: Table) -> None:
    """Print a table; without a terminal it keeps its columns whole, since whoever reads the log can scroll."""
    Console(width=None if console.is_terminal else LOG_WIDTH).print(table)
