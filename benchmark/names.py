"""Looking a name up in a catalog."""

import re
from collections.abc import Mapping
from typing import TypeVar

from benchmark.errors import UserError
from ganzoo.names import unknown

Entry = TypeVar("Entry")


def look_up(kind: str, name: str, catalog: Mapping[str, Entry]) -> Entry:
    """The entry of a catalog called `name`.

    Args:
        kind: What the catalog holds, for the message.
        name: What was asked for.
        catalog: Entries by name, one or more.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    if name in catalog:
        return catalog[name]
    raise UserError(unknown(kind, name, catalog))


def slug(name: str) -> str:
    """A name with nothing but letters, digits and single dashes, for files; the end of a long one."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[-40:]
