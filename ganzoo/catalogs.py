"""Catalogs of what a checkout lists: one entry a name."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from ganzoo.definitions import definition_of
from ganzoo.entry_points import Entry, PluginError
from ganzoo.hyperparameters import wrong_default
from ganzoo.names import ALLOWED, Named, is_slug, quoted


def listed(kind_word: str, module: ModuleType, kind: type[Entry]) -> dict[str, Entry]:
    """What a module lists of one kind, by itself or in tuples, by name and in its order.

    Args:
        kind_word: The kind for people, as in "loss".
        module: As in `ganzoo.losses`.
        kind: As in `ganzoo.components.Loss`.

    Raises:
        PluginError: as `by_name`.
    """
    lines = (each if isinstance(each, tuple) else (each,) for each in vars(module).values())
    return by_name(kind_word, [part for line in lines for part in line if isinstance(part, kind)])


def by_name(kind_word: str, entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries of one kind by name; the same one may come twice.

    Raises:
        PluginError: naming two that have one name, or one whose name is no slug or whose defaults are no
            hyperparameters, and their files.
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        if not is_slug(entry.name):
            raise PluginError(f"{kind_word} {_where(entry)}: its name {quoted(entry.name)} must be {ALLOWED}")
        if told := wrong_default(getattr(entry, "defaults", None)):
            raise PluginError(f"{kind_word} {_where(entry)}: {entry.name!r}: {told}")
        if found.setdefault(entry.name, entry) is not entry:
            owner = _where(found[entry.name])
            raise PluginError(f"{kind_word} {_where(entry)}: its name {entry.name!r} is that of {owner}; rename it")
    return found


def check_apart(catalogs: Mapping[str, Mapping[str, Named]], reserved: Mapping[str, str]) -> None:
    """Make sure that no two kinds share a name, since a composed name does not say which kind it means.

    Args:
        catalogs: Entries by kind and name.
        reserved: Names that mean something else, and what.

    Raises:
        PluginError: naming both and their files.
    """
    owners: dict[str, tuple[str, Named]] = {}
    for kind_word, catalog in catalogs.items():
        for name, entry in catalog.items():
            if name in reserved:
                raise PluginError(f"{kind_word} {_where(entry)}: its name {name!r} is {reserved[name]}; rename it")
            other_kind, other = owners.setdefault(name, (kind_word, entry))
            if other is not entry:
                owner = f"the {other_kind} {_where(other)}"
                raise PluginError(f"{kind_word} {_where(entry)}: its name {name!r} is that of {owner}; rename it")


def _where(entry: Named) -> str:
    found = definition_of(entry)
    return str(found) if found else "of an unknown file"
