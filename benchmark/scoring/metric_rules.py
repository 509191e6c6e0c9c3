"""What a metric must give, looked at each time it is called: a number for each of its columns that it fills."""

import numpy as np
from torch import Tensor

from benchmark.errors import UserError
from benchmark.metrics.metric import Metric
from benchmark.plain_text import shown
from ganzoo.names import with_nearest

# What arithmetic in single precision may carry a distance of zero below it.
ROUNDING = 1e-3


def held_to_columns(metric: Metric, found: object) -> dict[str, float]:
    """What a metric gave, by column.

    Args:
        metric: Which.
        found: What its function returned.

    Raises:
        UserError: with one line that names the metric, the column, what was given and what is allowed.
    """
    columns, part = list(metric.columns), f"metric {metric.name!r}"
    if not isinstance(found, dict):
        raise UserError(f"{part} gives what is {_told(found)}; must be a dictionary, a number by column of {columns}")
    for name in found:
        if name not in metric.columns:
            told = f"{part} gives {[*found]}: its columns are {columns}"
            raise UserError(with_nearest(told, name, columns) if isinstance(name, str) else told)
    return {name: _number(part, name, value, metric.columns[name].lowest) for name, value in found.items()}


def _number(part: str, column: str, value: object, lowest: float | None) -> float:
    """A float, or what is exactly one: numbers of records are JSON's."""
    number = value
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray | Tensor) and value.ndim == 0):
        number = value.item()
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise UserError(
            f"{part}: its column {column!r} is {_told(value)}; must be a float, "
            "or what becomes one: an int, a number of numpy's, a tensor of shape ()"
        )
    if lowest is not None and number < lowest - ROUNDING:
        raise UserError(
            f"{part}: its column {column!r} is {number:g}; must be {lowest:g} or more, as the column says (lowest), "
            "or the column must have no such bound"
        )
    return float(number)


def _told(value: object) -> str:
    if isinstance(value, np.ndarray | Tensor):
        return f"of type {type(value).__name__}, of shape {tuple(value.shape)}"
    return f"of type {type(value).__name__}: {shown(value)}"
