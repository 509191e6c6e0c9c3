"""What commands print on."""

from rich.console import Console
from rich.table import Table

console = Console()


def say(line: str) -> None:
    """Print one line as it is, never wrapped."""
    console.print(line, soft_wrap=True, highlight=False, markup=False)


def print_table(table: Table) -> None:
    """Print a table; without a terminal it keeps its columns whole, since whoever reads the log can scroll."""
    Console(width=None if console.is_terminal else 200).print(table)
