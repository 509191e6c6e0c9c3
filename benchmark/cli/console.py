"""What commands print on."""

from rich.console import Console
from rich.table import Table

from benchmark.addresses import redacted

console = Console()
LOG_WIDTH = 260  # as wide as the leaderboard with all default scores


def say(line: str) -> None:
    """Print one line as it is, never wrapped, without passwords of addresses."""
    console.print(redacted(line), soft_wrap=True, highlight=False, markup=False)


def print_table(table: Table) -> None:
    """Print a table; without a terminal it keeps its columns whole, since whoever reads the log can scroll."""
    Console(width=None if console.is_terminal else LOG_WIDTH).print(table)
