"""Numbers that somebody's Python gave, checked before torch says something about its own."""

from operator import index

from ganzoo.names import quoted


def whole_number(name: str, value: object, least: int) -> int:
    """A whole number.

    Args:
        name: What it is called, for the message.
        value: Anything.
        least: That is allowed.

    Raises:
        TypeError: if it is none, saying of which type it is.
        ValueError: if it is less.

    >>> whole_number("resolution", 32, least=1)
    32
    >>> whole_number("resolution", "32", least=1)
    Traceback (most recent call last):
    TypeError: resolution = '32': must be a whole number (int), is of type str
    """
    try:
        number = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} = {quoted(value)}: must be a whole number (int), is of type {type(value).__name__}")
    if number < least:
        raise ValueError(f"{name} = {number}: must be {least} or more")
    return number
