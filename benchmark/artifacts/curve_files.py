"""A run's curves as a table and as pictures."""

import csv
from collections.abc import Sequence
from pathlib import Path

from benchmark.files import atomic_write
from benchmark.records import CURVES, Curves

INCHES = (8, 4.5)
COLOURS = {"loss_discriminator": "C0", "loss_generator": "C1", "output_real": "C0", "output_fake": "C1"}


def write_curves(curves: Curves, path: Path) -> None:
    """Write curves as CSV, a row a point: the discriminator step, and a column a curve, empty where it has no point."""
    by_name = {name: dict(curves[name]) for name in CURVES}
    steps = sorted({step for points in by_name.values() for step in points})
    with atomic_write(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["step", *CURVES])
        table.writerows([step, *(by_name[name].get(step, "") for name in CURVES)] for step in steps)


def plot_curves(curves: Curves, names: Sequence[str], title: str, path: Path) -> None:
    """Draw some curves over discriminator steps into a PNG.

    Args:
        curves: By name in `benchmark.records.CURVES`.
        names: Which.
        title: Over the plot.
        path: The PNG.
    """
    # Not pyplot, which keeps every figure and asks for a window.
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, layout="constrained")
    axes = figure.subplots()
    for name in names:
        axes.plot(
            *zip(*curves[name], strict=True) if curves[name] else ((), ()), COLOURS[name], label=CURVES[name].label
        )
    axes.set_xlabel("discriminator updates")
    axes.set_title(title, parse_math=False)  # a path may have dollars
    axes.grid(alpha=0.3)
    axes.legend()
    with atomic_write(path) as unfinished:
        figure.savefig(unfinished, format="png", dpi=120)
