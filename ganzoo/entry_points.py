"""Parts and variants of other people's packages, found through entry points when they are asked for."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, TypeVar

from ganzoo.hyperparameters import wrong_default
from ganzoo.names import ALLOWED, Named, did_you_mean, is_slug, quoted
from ganzoo.slips import explained

# All that are looked for, the harness's too: who misspells one adds to none of them, and would never be told.
GROUPS = (
    *("ganzoo.losses", "ganzoo.penalties", "ganzoo.architectures", "ganzoo.constraints", "ganzoo.augmentations"),
    *("ganzoo.schedules", "ganzoo.averaging", "ganzoo.variants"),
    *("ganbench.metrics", "ganbench.datasets", "ganbench.extractors"),
)
NEAR_GROUP = 0.85  # a group that is as near to one of these is meant for us, whatever it begins with


class PluginError(LookupError):
    """A part cannot be used: one line that names the package and its entry point, or the file, and what is wrong."""


Entry = TypeVar("Entry", bound=Named)


@dataclass(frozen=True)
class Loaded:
    """What an entry point gave.

    Attributes:
        part: A part or a variant.
        origin: The package and its entry point, for people.
        module: Where it lies, as in "my_package.losses".
        entry: The entry point's own name, by which nothing is known.
    """

    part: Any
    origin: str
    module: str
    entry: str


def provided(group: str, kind: type[Entry]) -> dict[str, Entry]:
    """The parts of one kind that other packages provide, by the part's own name.

    The packages are imported at the first call for a group, not before: they import ganzoo themselves.

    Args:
        group: Of entry points, as in "ganzoo.losses".
        kind: What every entry point of the group must be, as in `ganzoo.components.Loss`.

    Raises:
        PluginError: if one cannot be imported, is something else, has a name that is no slug or defaults that are no
            hyperparameters, or two have one name; and if a package adds to a group that does not exist.
    """
    return {name: found.part for name, found in _found(group, kind).items()}


def merged(kind_word: str, built_in: dict[str, Entry], group: str, kind: type[Entry]) -> dict[str, Entry]:
    """The zoo's own parts of one kind and then those that other packages provide, by name.

    Args:
        kind_word: The kind for people, as in "loss".
        built_in: The zoo's own, by name.
        group: Of entry points.
        kind: What every entry point of the group must be.

    Raises:
        PluginError: if one cannot be used, or has a name that the zoo's own have taken.
    """
    found = _found(group, kind)
    for name in built_in.keys() & found.keys():
        raise PluginError(f"{found[name].origin}: {name!r} is the zoo's own {kind_word}; rename it")
    return built_in | {name: other.part for name, other in found.items()}


def called_otherwise(name: str, groups: Mapping[str, type[Named]]) -> str:
    """What is told of a name that is an entry point's, and not its part's; "" if it is none.

    Args:
        name: That is unknown.
        groups: Of entry points, with what every entry point of each must be.

    Raises:
        PluginError: as `provided`.
    """
    for group, kind in groups.items():
        for found in _found(group, kind).values():
            if found.entry == name:
                return f"{found.origin} is a {kind.__name__.lower()} whose own name counts: {found.part.name!r}"
    return ""


def own_packages() -> frozenset[str]:
    """The top packages of all that other people add to the zoo and to the harness; none is imported."""
    return frozenset(entry.module.partition(".")[0] for entry in own_entries())


def own_entries() -> tuple[EntryPoint, ...]:
    """All that other people add to the zoo and to the harness, in order of groups; nothing is imported.

    Groups are among them that do not exist and can only be meant for us.
    """
    found = entry_points()
    return tuple(entry for group in sorted(filter(_is_ours, found.groups)) for entry in found.select(group=group))


def package_of(entry: EntryPoint) -> str:
    """The package that an entry point is of, for people."""
    return entry.dist.name if entry.dist else "an unnamed package"


def problem_of(entry: EntryPoint, kind: type[Named] | None) -> str:
    """What is wrong with one entry point by itself, in one line; "" if nothing is. It is imported.

    Args:
        entry: One of `own_entries`.
        kind: What it must be; None if its group does not exist.
    """
    if kind is None:
        return _unknown_group(entry)
    try:
        _loaded(entry, kind)
    except PluginError as error:
        return str(error)
    return ""


def code_key(group: str, kind: type[Entry], name: str) -> str:
    """16 hex digits that change with every byte of the Python files of the package that provides a part.

    What is computed by other people's code is kept under a key with this in it: nobody raises a version number while he
    tries something.

    Args:
        group: Of entry points.
        kind: What every entry point of the group must be.
        name: The part's own; "" is given for one that no other package provides.

    Raises:
        PluginError: as `provided`.
    """
    found = _found(group, kind).get(name)
    return package_digest(found.module.partition(".")[0]) if found else ""


def package_digest(package: str) -> str:
    """16 hex digits that change with every byte of the Python files of a package, or module, that is imported.

    Returns:
        "" if it is in no file, as what somebody typed at a prompt.
    """
    module = sys.modules.get(package)
    roots, file = [*map(Path, getattr(module, "__path__", []))], getattr(module, "__file__", None)
    if not roots and not file:
        return ""
    digest = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode(errors="surrogateescape") + path.read_bytes())
    if file:
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _found(group: str, kind: type[Any]) -> dict[str, Loaded]:
    parts: dict[str, Loaded] = {}
    own = own_entries()
    for entry in own:  # what is added to a group that nobody looks for would be as if it were not there
        if entry.group not in (*GROUPS, group):
            raise PluginError(_unknown_group(entry))
    for entry in sorted((entry for entry in own if entry.group == group), key=_origin):
        part, origin = _loaded(entry, kind), _origin(entry)
        if part.name in parts:
            raise PluginError(f"{origin}: {part.name!r} is provided by {parts[part.name].origin} too; one must go")
        parts[part.name] = Loaded(part, origin, entry.module, entry.name)
    return parts


def _is_ours(group: str) -> bool:
    return group.startswith(("ganzoo.", "ganbench.")) or bool(did_you_mean(group, GROUPS, least=NEAR_GROUP))


def _unknown_group(entry: EntryPoint) -> str:
    question = did_you_mean(entry.group, GROUPS)
    return f"{_origin(entry)}: no group of that name; {question} Known: {', '.join(GROUPS)}"


def _origin(entry: EntryPoint) -> str:
    return f"plugin {package_of(entry)}, entry point {entry.name!r} of {entry.group} ({entry.value})"


def _loaded(entry: EntryPoint, kind: type[Any]) -> Any:
    try:
        part = entry.load()
    # Whatever another package's module raises when it is imported is its fault, and its text the best hint.
    except Exception as error:
        told = explained(error) or f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise PluginError(f"{_origin(entry)}: cannot be imported: {told}") from error
    if not isinstance(part, kind):
        raise PluginError(
            f"{_origin(entry)}: must be a {kind.__module__}.{kind.__name__}, is of type {type(part).__name__}"
        )
    if not is_slug(part.name):
        raise PluginError(f"{_origin(entry)}: its name {quoted(part.name)} must be {ALLOWED}")
    if told := wrong_default(getattr(part, "defaults", None)):
        raise PluginError(f"{_origin(entry)}: {part.name!r}: {told}")
    return part
