"""Records as JSON: the one way in which dataclasses are written to files and tags, and read again."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

Record = TypeVar("Record")

# Of a dataclass with scores: one that is not finite stays what it is.
WITH_NANS = ConfigDict(ser_json_inf_nan="constants")
# To make one takes longer than to write a record.
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def to_json(record: Any, indent: int | None = None, *, without_none: bool = False) -> str:
    """A dataclass as JSON; `from_json` gives it back.

    Args:
        record: An instance, with `__pydantic_config__ = WITH_NANS` where a number may not be finite.
        indent: Spaces a level; all in one line if None.
        without_none: Whether fields that are None are left out.
    """
    return _adapter(type(record)).dump_json(record, indent=indent, by_alias=True, exclude_none=without_none).decode()


def from_json(kind: type[Record], text: str | bytes) -> Record:
    """The instance of `kind` that `to_json` wrote; a field that is not there has its default.

    Raises:
        ValueError: with one line that names the first field that is not as it should be.
    """
    try:
        record: Record = _adapter(kind).validate_json(text)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"]))
        raise ValueError(f"{place or kind.__name__}: {problem['msg']}") from error
    return record
