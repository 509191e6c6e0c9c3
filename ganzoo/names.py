"""Names that nobody has: the one way to say so."""

from collections.abc import Collection
from difflib import get_close_matches


def did_you_mean(name: str, known: Collection[str], least: float = 0.0) -> str:
    """The question after the nearest of the known names; "" if none is near enough.

    Args:
        name: What was asked for.
        known: Any number of names.
        least: How near, as `difflib.SequenceMatcher.ratio`, in [0, 1].
    """
    nearest = get_close_matches(name.lower(), known, n=1, cutoff=least)
    return f"did you mean {nearest[0]!r}?" if nearest else ""


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """One line that says what is unknown, and lists the known names and the nearest.

    Args:
        kind: What was asked for, as in "loss".
        name: By which name.
        known: One or more.
    """
    return f"unknown {kind} {name!r}: {did_you_mean(name, known)} Known: {', '.join(known)}"
