"""Curves through training: means over intervals of updates."""

from collections.abc import Iterable, Mapping

from benchmark.records import CURVES

# Whose updates each curve is seen in.
SEEN_BY: dict[str, tuple[str, ...]] = {
    "generator": ("loss_generator",),
    "discriminator": ("loss_discriminator", "output_real", "output_fake"),
}


class CurveRecorder:
    """The curves of one member."""

    def __init__(self) -> None:
        self._points: dict[str, list[tuple[int, float]]] = {name: [] for name in CURVES}

    def add(self, step: int, means: Mapping[str, float]) -> None:
        """End an interval at a discriminator step with the means over it."""
        for name, mean in means.items():
            self._points[name].append((step, mean))

    def points(self) -> dict[str, tuple[tuple[int, float], ...]]:
        """All points so far, by curve: (discriminator step, mean over the interval that ended there)."""
        return {name: tuple(points) for name, points in self._points.items()}

    def last_outputs(self) -> tuple[float, float] | None:
        """D(x) and D(G(z)) at the last point; None before the first."""
        if not self._points["output_real"]:
            return None
        return self._points["output_real"][-1][1], self._points["output_fake"][-1][1]

    def restore(self, points: Mapping[str, Iterable[tuple[int, float]]]) -> None:
        """Go on from the points of a checkpoint."""
        self._points = {name: [(int(step), float(value)) for step, value in points[name]] for name in CURVES}
