"""`--set KEY=VALUE`: a value of the spec as it is typed on a command line, where a shell may have taken its quotes."""

import tomllib
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from benchmark.errors import UserError
from benchmark.spec.ranges import Range, SearchRanges


def apply_override(values: dict[str, Any], override: str, model: type[BaseModel]) -> None:
    """Put an override in its place.

    Args:
        values: As a TOML file has them; changed in place.
        override: `KEY=VALUE` with a dotted key, the value in TOML; a bare word is taken as a string, and where the key
            holds a list, bare words with commas between are taken as one.
        model: What the values are for.

    Raises:
        UserError: if it is no `KEY=VALUE`, or its key leads into a value.
    """
    key, equals, text = override.partition("=")
    if not key or not equals:
        raise UserError(f"--set {override!r}: must be KEY=VALUE, as in budget.trials=16")
    *tables, last = keys = key.strip().split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise UserError(f"--set {override!r}: {table!r} is a value, not a table")
    values[last] = _listed(text) if _holds_list(model, keys) else _value(text)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _listed(text: str) -> Any:
    """A list, whether or not it has its brackets, and its words their quotes."""
    value = _value(text)
    if isinstance(value, str):
        parts = value.strip().removeprefix("[").removesuffix("]").split(",")
        return [_value(part.strip()) for part in parts if part.strip()]
    return value if isinstance(value, list) else [value]


def _holds_list(model: type[BaseModel], keys: list[str]) -> bool:
    """Whether the field that dotted keys lead to is a list; unknown ones are not."""
    first, *further = keys
    field = model.model_fields.get(first)
    if field is None:
        return False
    if not further:
        return _is_list(field)
    if field.annotation is SearchRanges:  # its hyperparameters are keys of their own, and those of variants tables
        return _is_list(Range.model_fields.get(further[-1]))
    return isinstance(field.annotation, type) and _holds_list(field.annotation, further)


def _is_list(field: FieldInfo | None) -> bool:
    return field is not None and any(
        get_origin(kind) is tuple for kind in (field.annotation, *get_args(field.annotation))
    )
