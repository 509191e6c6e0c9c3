"""Protocols by name, and the values that a spec takes over from the one that it names."""

import tomllib
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmark.errors import UserError
from benchmark.names import look_up
from benchmark.plain_text import shown

Values = dict[str, Any]  # of a study spec, as its TOML file has them
FIXED, USUAL = "fixed", "usual"


@dataclass(frozen=True)
class NamedProtocol:
    """A way to compare GANs that others have used.

    Attributes:
        name: How a spec asks for it.
        citation: Where it comes from, and what differs here.
        tables: "fixed", values of a spec that the protocol decides, so that a spec with others does not follow it;
            "usual", values that a spec may have otherwise; and by data set tables of both, which come first.
    """

    name: str
    citation: str
    tables: Values

    def values(self, kind: str, dataset: str) -> Values:
        """The values of one kind, "fixed" or "usual", for a data set."""
        return merged(self.tables.get(dataset, {}).get(kind, {}), self.tables.get(kind, {}))


@cache
def known_protocols() -> dict[str, NamedProtocol]:
    """Every protocol by name."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return {file.stem: _read(file) for file in files}


def _read(file: Path) -> NamedProtocol:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return NamedProtocol(file.stem, tables.pop("citation"), tables)


def find_protocol(name: str) -> NamedProtocol:
    """The protocol called `name`.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    return look_up("protocol", name, known_protocols())


def with_protocol(values: Values) -> Values:
    """The values of a spec with those of the protocol beneath them, if it names one.

    Raises:
        UserError: if the protocol is unknown, or the spec has a value that the protocol decides otherwise.
    """
    name, dataset = values.get("protocol"), values.get("dataset")
    if not name or not isinstance(name, str) or not isinstance(dataset, str | None):  # refused where fields are checked
        return values
    protocol = find_protocol(name)
    fixed = protocol.values(FIXED, str(dataset))
    for key, value in _leaves(fixed).items():
        own = _leaves(values).get(key, value)
        if own != value:
            raise UserError(f"{key} = {shown(own)}: protocol {name!r} has {value!r}; leave out one of the two")
    return merged(values, fixed, protocol.values(USUAL, str(dataset)))


def merged(*layers: Values) -> Values:
    """Tables within tables; the first layer that has a key decides. A range or a list of choices is one value."""
    result: Values = {}
    for layer in reversed(layers):
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(below, dict) and _is_table(value) and _is_table(below):
                result[key] = merged(value, below)
            else:
                result[key] = deepcopy(value)
    return result


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and not value.keys() & {"low", "high", "choices"}


def _leaves(values: Values, path: str = "") -> Values:
    """Values by their dotted keys."""
    leaves: Values = {}
    for key, value in values.items():
        leaves |= _leaves(value, f"{path}{key}.") if isinstance(value, dict) else {path + key: value}
    return leaves
