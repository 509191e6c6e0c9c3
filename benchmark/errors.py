"""The one error that a person causes and can mend, and checks of what no command line looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from operator import index
from pathlib import Path

from benchmark.plain_text import one_line, shown


class UserError(Exception):
    """Bad input: one line that names the file or key, the value, and what is allowed.

    The command line prints it without a traceback and ends with exit code 2.

    Args:
        message: What it says; control characters and ends of lines in it, as file names may have, are escaped.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def whole_number(name: str, value: object, least: int, most: int = 2**63 - 1) -> int:
    """A whole number that somebody's Python gave.

    Args:
        name: What it is called, for the message.
        value: Anything.
        least: That is allowed.
        most: That is allowed.

    Raises:
        UserError: if it is none, or out of bounds.

    >>> whole_number("seed", 7, least=0)
    7
    >>> whole_number("steps", 2.5, least=1)
    Traceback (most recent call last):
    benchmark.errors.UserError: steps = 2.5: must be a whole number of 1 or more
    """
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or not least <= number <= most:
        bounds = f"of {least} or more" if number < least else f"from {least} to {most}"
        raise UserError(f"{name} = {shown(value)}: must be a whole number {bounds}")
    return number


def finite_number(name: str, value: object) -> float:
    """A finite number that somebody's Python gave.

    Args:
        name: What it is called, for the message.
        value: Anything.

    Raises:
        UserError: if it is none; a word is none, though Python can read some as numbers.
    """
    try:
        number = float("nan") if isinstance(value, str | bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not isfinite(number):
        raise UserError(f"{name} = {shown(value)}: must be a finite number")
    return number


def named_path(path: object, allowed: str) -> Path:
    """A path that somebody's Python gave.

    Args:
        path: Anything.
        allowed: What may be given, for the message.

    Raises:
        UserError: if it is no path.
    """
    if not isinstance(path, str | Path):
        raise UserError(f"{shown(path)} is no path; {allowed}")
    return Path(path)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Within it files are written that somebody named; a machine that refuses is a line.

    Raises:
        UserError: naming the path, and what the machine says of it.
    """
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error
