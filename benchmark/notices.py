"""What a person is told on the way, where errors go: each a line, never one of Python's warnings."""

import sys
import warnings
from collections.abc import Sequence
from functools import cache

from benchmark.plain_text import one_line


def tell(line: str) -> None:
    """Print one line, whatever is in it."""
    print(f"ganbench: {one_line(line)}", file=sys.stderr, flush=True)


@cache
def tell_once(line: str) -> None:
    """Print one line; the same again is not printed by this process."""
    tell(line)


def tell_warnings() -> None:
    """Have Python's warnings, which come of libraries, told in a line each from now on, and each once."""

    def shown(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        tell_once(f"{' '.join(str(message).split())} ({category.__name__})")

    warnings.showwarning = shown


def first_of(things: Sequence[object]) -> str:
    """The first of one or more things, and how many there are besides."""
    return f"{things[0]}" + (f" and {len(things) - 1} more" if len(things) > 1 else "")
