"""Names that a person gives: several at once, looked up in a catalog, made fit for files."""

import re
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import TypeVar

from benchmark.errors import UserError
from benchmark.plain_text import shown
from ganzoo.names import unknown
from ganzoo.unlisted import unlisted

Entry = TypeVar("Entry")


def look_up(kind: str, name: str, catalog: Mapping[str, Entry], lists: ModuleType | None = None) -> Entry:
    """The entry of a catalog called `name`.

    Args:
        kind: What the catalog holds, for the message.
        name: What was asked for.
        catalog: Entries by name, one or more.
        lists: The module whose lines the catalog is made of, where somebody may have forgotten one.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    if isinstance(name, str) and name in catalog:
        return catalog[name]
    if lists and isinstance(name, str) and (told := unlisted(name, lists)):
        raise UserError(f"unknown {kind} {shown(name)}: {told}")
    raise UserError(unknown(kind, name if isinstance(name, str) else shown(name), catalog))


def names_in(text: str) -> list[str]:
    """The names in a list with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]


def chosen_names(given: str | Iterable[str] | None, what: str) -> list[str]:
    """The names that a person chose; none where nobody chose, which leaves the choice to whoever asks.

    Args:
        given: One string with commas between, or several such; None if nothing was said.
        what: What was said it with, for messages: an option, or an argument.

    Raises:
        UserError: if something was said and it names nothing, as a list that came out empty, or what is no name.

    >>> chosen_names(["wgan", "dcgan,lsgan"], "variants"), chosen_names(None, "variants")
    (['wgan', 'dcgan', 'lsgan'], [])
    """
    if given is None:
        return []
    parts = [given] if isinstance(given, str) or not isinstance(given, Iterable) else [*given]
    for part in parts:
        if not isinstance(part, str):
            raise UserError(f"{what}: {shown(part)} is no name; give names, as in 'wgan,dcgan'")
    names = [name for part in parts for name in names_in(part)]
    if not names:
        raise UserError(f"{what}: {shown(given)} names nothing; give names, as in 'wgan,dcgan', or leave it out")
    return names


def slug(name: str) -> str:
    """A name with nothing but letters, digits and single dashes, for files; the end of a long one."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[-40:]
