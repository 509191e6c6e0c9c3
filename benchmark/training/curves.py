"""Curves through training: means over an interval, kept on the device until somebody reads them."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from benchmark.records import CURVES

Points = dict[str, list[tuple[int, float]]]


class Interval:
    """What some members saw since the last point of their curves.

    Args:
        members: How many.
    """

    def __init__(self, members: int) -> None:
        self._seen: list[dict[str, list[Tensor]]] = [{} for _ in range(members)]

    def add(self, positions: Iterable[int], curves: dict[str, Tensor]) -> None:
        """Take in one update's curves (k,) of the k members at `positions`."""
        for row, position in enumerate(positions):
            for name, values in curves.items():
                self._seen[position].setdefault(name, []).append(values[row])

    def of(self, position: int) -> dict[str, Tensor]:
        """What one member saw: values (updates,) by curve."""
        return {name: torch.stack(values) for name, values in self._seen[position].items()}


class CurveRecorder:
    """The curves of one member."""

    def __init__(self) -> None:
        self._pending: list[tuple[int, str, Tensor]] = []
        self._points: Points = {name: [] for name in CURVES}

    def close_interval(self, step: int, seen: dict[str, Tensor]) -> None:
        """End an interval at a discriminator step with what `Interval.of` gave; nothing is synchronised."""
        for name, values in seen.items():
            self._pending.append((step, name, values.double().mean()))

    def points(self) -> dict[str, tuple[tuple[int, float], ...]]:
        """All points so far, by curve: (discriminator step, mean over the interval that ended there)."""
        for step, name, mean in self._pending:
            self._points[name].append((step, mean.item()))
        self._pending.clear()
        return {name: tuple(points) for name, points in self._points.items()}

    def restore(self, points: Mapping[str, Iterable[tuple[int, float]]]) -> None:
        """Go on from the points of a checkpoint."""
        self._points = {name: [(int(step), float(value)) for step, value in points[name]] for name in CURVES}
        self._pending.clear()
