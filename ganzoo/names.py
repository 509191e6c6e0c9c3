"""Names: what may be one, and the one way to say that nobody has it."""

import re
from collections import Counter
from collections.abc import Collection
from difflib import SequenceMatcher, get_close_matches
from typing import Protocol

# They become parts of file names, of addresses and of names that + joins.
_SLUG = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
MOST_LETTERS = 64
ALLOWED = f"lower-case letters and digits with single - . _ between them, {MOST_LETTERS} at most"
_MOST_SHOWN = 120
NEAR = 0.6  # of names that are likely to be meant
MOST_EQUALS = 8  # names that are as near as each other


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """How it is asked for by name."""


def short_repr(self: Named) -> str:
    """The `__repr__` of what its name says all of, as in `<loss hinge>`."""
    return f"<{type(self).__name__.lower()} {self.name}>"


def is_slug(name: object) -> bool:
    """Whether something may be a name: see `ALLOWED`."""
    return isinstance(name, str) and len(name) <= MOST_LETTERS and _SLUG.fullmatch(name) is not None


def quoted(value: object) -> str:
    """A value as Python writes it, without the middle of a long one."""
    text, half = repr(value), _MOST_SHOWN // 2
    return text if len(text) <= _MOST_SHOWN else f"{text[:half]} ... {text[-half:]}"


def check_name(kind: str, name: object) -> None:
    """Refuse what is no name, which Python would say something else of.

    Raises:
        TypeError: saying of which type it is.
    """
    if not isinstance(name, str):
        raise TypeError(f"{kind} {quoted(name)}: must be a name (str), is of type {type(name).__name__}")


def did_you_mean(name: str, known: Collection[str], least: float = 0.0) -> str:
    """The question after the nearest of the known names; "" if none is near enough.

    Args:
        name: What was asked for.
        known: Any number of names.
        least: How near, as `difflib.SequenceMatcher.ratio`, in [0, 1].
    """
    if not name or len(name) > 2 * MOST_LETTERS:  # nothing is near, or the search would take long
        return ""
    asked = name.lower()
    nearest = get_close_matches(asked, known, n=MOST_EQUALS, cutoff=least)
    if not nearest:
        return ""
    # Of those that are as near, the one with the most of the same letters: "gp" is "pg" in another order.
    near = {each: SequenceMatcher(None, each, asked).ratio() for each in nearest}
    equals = [each for each in nearest if near[each] == near[nearest[0]]]
    return f"did you mean {max(equals, key=lambda each: _shared(each, asked))!r}?"


def _shared(one: str, other: str) -> int:
    """Letters that two names have in common, whatever their order."""
    return (Counter(one) & Counter(other)).total()


def with_nearest(line: str, name: str, known: Collection[str]) -> str:
    """A line that says what is wrong, and after it the question after the nearest name, if one is near.

    Args:
        line: That ends without a full stop.
        name: What was asked for.
        known: Any number of names.
    """
    hint = did_you_mean(name, known, least=NEAR)
    return f"{line}; {hint}" if hint else line


def unknown(kind: str, name: str, known: Collection[str], besides: Collection[str] = ()) -> str:
    """One line that says what is unknown, and lists the known names and the nearest.

    Args:
        kind: What was asked for, as in "loss".
        name: By which name.
        known: One or more.
        besides: Names that may be meant, too, and that are listed elsewhere.
    """
    question = did_you_mean(name, [*known, *besides])
    return f"unknown {kind} {quoted(name)}: {question}{' ' if question else ''}Known: {', '.join(known)}"
