"""A row a variant, a dot with its band: the aggregates of a suite, and how likely the best beats each other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports.figures.palette import FAINT
from reports.figures.svg import STYLE, canvas, inline_svg
from reports.suites.standing import Standing
from reports.text.formats import short

_ROW = 17
# What a letter of a name takes, in points, and the most of the width that names may take together.
_LETTER, _MOST_NAMES = 4.3, 0.42


@dataclass(frozen=True)
class Dots:
    """What a figure of rows shows.

    Attributes:
        name: Of the figure, unique on the page.
        column: Of the value.
        prefix: Before "low" and "high", the columns of the band.
        title: Of the axis.
        line: Where a dashed line is; NaN for none.
    """

    name: str
    column: str
    prefix: str
    title: str
    line: float = math.nan


AGGREGATES = (
    Dots("interquartile-mean", "interquartile_mean", "interquartile_mean_", "Interquartile mean (higher is better)"),
    Dots("mean", "mean", "mean_", "Mean (higher is better)"),
    Dots("median", "median", "median_", "Median (higher is better)"),
    Dots("optimality-gap", "optimality_gap", "optimality_gap_", "Optimality gap (lower is better)"),
)


def aggregate_figure(stands: Standing, colours: Mapping[str, str], dots: Dots, width: int) -> str:
    """One of `AGGREGATES` of each variant, the highest interquartile mean first.

    Args:
        stands: Of the suite.
        colours: From `reports.suites.colours.suite_colours`.
        dots: Which.
        width: In points.

    Returns:
        An `<svg>` element, or "" where no variant has aggregates.
    """
    rows = stands.ranked.sort_values("interquartile_mean", ascending=False, kind="stable")
    return _figure(rows, colours, dots, width)


def improvement_figure(stands: Standing, colours: Mapping[str, str], width: int) -> str:
    """The probability that a run of the best beats one of each other, the nearest rival first; "" without one."""
    rows = stands.improvement.assign(variant=stands.improvement["over"]).sort_values("probability", kind="stable")
    title = f"Probability that {stands.best} is better"
    return _figure(rows, colours, Dots("improvement", "probability", "", title, 0.5), width)


def _figure(rows: pd.DataFrame, colours: Mapping[str, str], dots: Dots, width: int) -> str:
    if rows.empty:
        return ""
    rows = rows.iloc[::-1].reset_index(drop=True)
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, 42 + _ROW * len(rows), (_names(rows, width), 32, 14, 6))
        for place, (_, row) in enumerate(rows.iterrows()):
            _draw_row(axes, place, row, dots, colours[str(row["variant"])])
        if math.isfinite(dots.line):
            axes.axvline(dots.line, color=FAINT, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.set_yticks(range(len(rows)), rows["variant"])
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.set(ylim=(-0.6, len(rows) - 0.4), xlabel=dots.title)
        told = "; ".join(f"{row['variant']} {short(row[dots.column])}" for _, row in rows[::-1].iterrows())
        return inline_svg(figure, f"{dots.name}-{width}", f"{dots.title}: {told}")


def _names(rows: pd.DataFrame, width: int) -> float:
    """The room that the longest name takes, in points."""
    return min(12 + _LETTER * max(len(str(name)) for name in rows["variant"]), _MOST_NAMES * width)


def _draw_row(axes: Axes, place: int, row: "pd.Series[float]", dots: Dots, colour: str) -> None:
    low, high = row[f"{dots.prefix}low"], row[f"{dots.prefix}high"]
    axes.axhline(place, color=FAINT, linewidth=0.4, alpha=0.4)
    if math.isfinite(low):
        axes.plot([low, high], [place, place], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
    axes.plot([row[dots.column]], [place], "o", color=colour, markersize=5.5)
