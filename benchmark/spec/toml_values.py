"""TOML to values: the file of a study spec, and the words `KEY=VALUE` of a command line."""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmark.errors import UserError
from benchmark.plain_text import shown

Values = dict[str, Any]
MOST_BYTES = 2**20
DEEPEST = 8  # values within values; no spec has more than four


def read_toml(path: Path) -> Values:
    """The values in a TOML file.

    Raises:
        UserError: if it cannot be read, is no TOML, or too large to be a study spec.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    if len(text) > MOST_BYTES:
        raise UserError(f"{path}: more than {MOST_BYTES} bytes, which no study spec has")
    try:
        return tomllib.loads(text.decode("utf-8"))
    except RecursionError as error:
        raise UserError(f"{path}: {_too_deep()}") from error
    except ValueError as error:  # of TOML, of UTF-8, or a number of too many digits
        raise UserError(f"{path}: not a TOML file: {error}") from error


def apply_override(values: Values, override: str, holds_list: Callable[[Sequence[str]], bool]) -> None:
    """Set one value.

    Args:
        values: Tables, changed in place.
        override: `KEY=VALUE` with a dotted key, the value in TOML; a bare word is taken as a string, and where the key
            holds a list, what has commas between as one: a shell takes quotes away.
        holds_list: `(parts of a dotted key) -> whether its value is a list`.

    Raises:
        UserError: if it is none, or the key leads into something that is no table.
    """
    key, equals, text = override.partition("=")
    if not key or not equals:
        raise UserError(f"--set {shown(override)}: must be KEY=VALUE, as in budget.trials=16")
    *tables, last = keys = key.strip().split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise UserError(f"--set {shown(override)}: {shown(table)} is a value, not a table")
    values[last] = _listed(override, text) if holds_list(keys) else _value(override, text)


def check_depth(values: Values, origin: str) -> None:
    """Refuse values within values that no spec has, before they are walked through by what calls itself.

    Args:
        values: Any.
        origin: Where they come from, for the message.

    Raises:
        UserError: if they are too deep.
    """
    layer: list[Any] = [values]
    for _ in range(DEEPEST):
        layer = [inner for value in layer for inner in _inside(value)]
    if any(isinstance(value, dict | list) for value in layer):
        raise UserError(f"{origin}: {_too_deep()}")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> str:
    return f"nested too deep: at most {DEEPEST} tables and lists within each other"


def _listed(override: str, text: str) -> Any:
    """A list, whether or not it has its brackets, and its words their quotes."""
    value = _value(override, text)
    if isinstance(value, str):
        parts = value.strip().removeprefix("[").removesuffix("]").split(",")
        return [_value(override, part.strip()) for part in parts if part.strip()]
    return value if isinstance(value, list) else [value]


def _value(override: str, text: str) -> Any:
    try:
        values = tomllib.loads(f"value = {text}")
    except RecursionError as error:
        raise UserError(f"--set {shown(override)}: {_too_deep()}") from error
    except ValueError:
        return text
    # A line break begins another key, which nobody asked for.
    return values["value"] if values.keys() == {"value"} else text
