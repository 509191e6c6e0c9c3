"""Quality over all data sets against what it costs: who is best for those who cannot wait, or have little room."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from reports.figures.palette import FAINT, GREY, SURFACE, TEXT
from reports.figures.svg import STYLE, canvas, inline_svg, set_scale
from reports.statistics.confidence_interval import Floats
from reports.suites.answer import IQM
from reports.suites.standing import COSTS, Standing
from reports.text.formats import listing, thousands

_HEIGHT, _MARGINS = 300, (40, 34, 20, 12)
_WIDE = 400
_POINTS_AN_INCH = 72
_TITLES = {
    "seconds": "Training seconds, all data sets together",
    "parameters": "Parameters, mean over data sets",
}
# What a letter, a line and a dot take up, in points.
_LETTER, _LINE, _DOT = 4.2, 9.0, 4.0


def front_figure(stands: Standing, colours: Mapping[str, str], cost: str, width: int) -> str:
    """A dot a variant, filled for those that nobody dominates, with a dashed line along them.

    Args:
        stands: Of the suite.
        colours: From `reports.suites.colours.suite_colours`.
        cost: A column in `reports.suites.standing.COSTS`.
        width: In points.

    Returns:
        An `<svg>` element, or "" where no variant's cost is known.
    """
    rows = stands.ranked[stands.ranked[cost].notna()]
    if rows.empty:
        return ""
    front = rows[rows[f"front_{cost}"]].sort_values(cost, kind="stable")
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, _HEIGHT, _MARGINS)
        logarithmic = set_scale(axes, "x", rows[cost].tolist(), 3 + width // _WIDE)
        if cost == "parameters":
            axes.set_xticks(axes.get_xticks(), [thousands(tick) for tick in axes.get_xticks()])
        axes.step(front[cost], front[IQM], where="post", color=FAINT, linewidth=0.9, linestyle=(0, (3, 2)))
        # Those on the front last, above all others.
        for _, row in rows.sort_values(f"front_{cost}", kind="stable").iterrows():
            _draw(axes, row, cost, colours[str(row["variant"])])
        axes.margins(y=0.08)
        axes.set(xlabel=f"{_TITLES[cost]}{' (logarithmic)' * logarithmic}", ylabel="Interquartile mean")
        # Those on the front first: a name that would lie upon one that is there is left out.
        first = rows.sort_values([f"front_{cost}", IQM], ascending=False, kind="stable")
        _name(axes, first["variant"].tolist(), first[[cost, IQM]].to_numpy())
        names = listing(front["variant"].tolist())
        alt = f"Interquartile mean against {COSTS[cost]}. On the front, from the cheapest up: {names}"
        return inline_svg(figure, f"front-{cost}-{width}", alt)


def _draw(axes: Axes, row: "pd.Series[float]", cost: str, colour: str) -> None:
    low, high, on = row[f"{IQM}_low"], row[f"{IQM}_high"], bool(row[f"front_{cost}"])
    shade = colour if on else GREY
    if math.isfinite(low):
        axes.plot([row[cost]] * 2, [low, high], color=shade, linewidth=1.2, alpha=0.6)
    face = shade if on else SURFACE
    axes.plot([row[cost]], [row[IQM]], "o", color=shade, markerfacecolor=face, markersize=6)


def _name(axes: Axes, names: Sequence[str], points: Floats) -> None:
    """Names beside their dots, on a side where the axes have room, and neither a name nor another dot is."""
    axes.autoscale_view()
    scale = _POINTS_AN_INCH / axes.figure.dpi
    places, right = axes.transData.transform(points) * scale, axes.bbox.x1 * scale
    taken = [_Box(x - _DOT, x + _DOT, y) for x, y in places]
    for place, (name, point) in enumerate(zip(names, points, strict=True)):
        x, y = places[place]
        wide = _LETTER * len(name)
        sides = {"left": _Box(x + 6, x + 6 + wide, y + 4), "right": _Box(x - 6 - wide, x - 6, y + 4)}
        others = taken[:place] + taken[place + 1 :]
        free = [side for side, box in sides.items() if box.end <= right and not any(map(box.meets, others))]
        if free:
            taken.append(sides[free[0]])
            offset = (6 if free[0] == "left" else -6, 4)
            axes.annotate(name, point, offset, textcoords="offset points", ha=free[0], color=TEXT, fontsize=7.5)


@dataclass(frozen=True)
class _Box:
    """What lies on one line, in points.

    Attributes:
        start: Left end.
        end: Right end.
        height: Of its middle.
    """

    start: float
    end: float
    height: float

    def meets(self, other: "_Box") -> bool:
        """Whether one would lie upon the other."""
        return self.start < other.end and other.start < self.end and abs(self.height - other.height) < _LINE
