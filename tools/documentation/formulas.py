"""What a function computes, from the first line of its docstring."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any


def formula(function: Callable[..., Any]) -> str:
    """The first docstring line up to its `;`, and the keywords that `functools.partial` has bound.

    Args:
        function: As in `partial(non_saturating_discriminator, real_label=0.9)`.

    Returns:
        As in `-log D(x), with real_label = 0.9`; nothing if the function has no docstring.
    """
    bound: dict[str, Any] = {}
    while isinstance(function, partial):
        bound = function.keywords | bound
        function = function.func
    lines = (inspect.getdoc(function) or "").splitlines() if inspect.isroutine(function) else []
    text = lines[0].partition(";")[0].strip().removesuffix(".") if lines else ""
    return f"{text}, with {settings(bound)}" if text and bound else text


def settings(values: Mapping[str, Any]) -> str:
    """Names and values for people: `{"decay": 0.999, "hidden": (32, 64)}` -> `decay = 0.999, hidden = (32, 64)`."""
    return ", ".join(f"{name} = {value_text(value)}" for name, value in values.items())


def value_text(value: Any) -> str:
    """One setting for people, the same in every process: functions by their names, parts by theirs."""
    if isinstance(value, partial):
        keywords = [settings(value.keywords)] if value.keywords else []
        return f"{value_text(value.func)}({', '.join([*map(value_text, value.args), *keywords])})"
    if isinstance(value, float):
        return f"{value:g}".replace("e-0", "e-")
    name = getattr(value, "__name__", None) or getattr(value, "name", None)
    return str(name or value)
