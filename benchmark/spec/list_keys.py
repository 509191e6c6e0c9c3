"""Which keys of a spec hold lists, which a command line gives as words with commas between."""

from collections.abc import Sequence
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from benchmark.spec.ranges import Range, SearchRanges


def holds_list(model: type[BaseModel], keys: Sequence[str]) -> bool:
    """Whether the field that dotted keys, one or more, lead to holds a list; unknown ones do not.

    Args:
        model: A table.
        keys: From there on, as in ("score", "metrics").
    """
    first, *further = keys
    field = model.model_fields.get(first)
    if field is None or not further:
        return _is_list(field)
    if field.annotation is SearchRanges:  # its hyperparameters are keys of their own, and those of variants tables
        return _is_list(Range.model_fields.get(further[-1]))
    return isinstance(field.annotation, type) and holds_list(field.annotation, further)


def _is_list(field: FieldInfo | None) -> bool:
    """Whether a field is a tuple, or a tuple or nothing."""
    kinds = (field.annotation, *get_args(field.annotation)) if field else ()
    return any(get_origin(kind) is tuple for kind in kinds)
