"""The fields of parts: whoever writes one is told of a value of another kind than its class says."""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from types import NoneType, UnionType
from typing import Any, ClassVar, get_args, get_origin

from ganzoo.names import quoted
from ganzoo.slips import FieldError

WORDS: dict[object, str] = {
    str: "text",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    NoneType: "None",
    Callable: "a function",
    Mapping: 'numbers by name, as in {"beta1": 0.5}',
    tuple: "whole numbers in a tuple, as in (8,) or (16, 32)",
}


class CheckedFields:
    """What a dataclass with a name derives from whose other fields must be of the kinds that their annotations say."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __post_init__(self) -> None:
        """Refuse a value of another kind.

        Raises:
            FieldError: with the part, the field, the value and what is allowed.
        """
        for each in fields(self):
            if each.name == "name":  # it has rules of its own, which whoever lists the part tells with its place
                continue
            value, kinds = getattr(self, each.name), _kinds(each.type)
            if not any(_is_one(value, kind) for kind in kinds):
                owner = f"{type(self).__name__.lower()} {quoted(getattr(self, 'name', ''))}"
                allowed = ", or ".join(WORDS.get(kind, getattr(kind, "__name__", str(kind))) for kind in kinds)
                raise FieldError(f"{owner}: {each.name} = {quoted(value)}: must be {allowed}")


def _kinds(annotation: Any) -> list[Any]:
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return [get_origin(option) or option for option in options]


def _is_one(value: object, kind: Any) -> bool:
    if kind is Callable:
        return callable(value)
    if kind in (int, float):
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    if kind is tuple:
        return isinstance(value, tuple) and all(_is_one(each, int) for each in value)
    if kind is Mapping:
        return isinstance(value, Mapping) and all(_is_one(each, float) for each in value.values())
    return isinstance(value, kind)
