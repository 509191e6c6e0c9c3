"""What a person is told on the way, where errors go: each a line, never one of Python's warnings."""

import sys
from collections.abc import Sequence
from functools import cache

from benchmark.plain_text import one_line


def say(line: str) -> None:
    """Print one line, whatever is in it."""
    print(f"ganbench: {one_line(line)}", file=sys.stderr, flush=True)


@cache
def say_once(line: str) -> None:
    """Print one line; the same again is not printed by this process."""
    say(line)


def first_of(things: Sequence[object]) -> str:
    """The first of one or more things, and how many there are besides."""
    return f"{things[0]}" + (f" and {len(things) - 1} more" if len(things) > 1 else "")
