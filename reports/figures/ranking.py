"""Every variant's mean with its interval, between real images and noise."""

import math

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from benchmark.metrics.catalog import score_column
from reports.analysis.families import families
from reports.analysis.first_few import first_few
from reports.analysis.leaderboard import baseline_scores
from reports.analysis.searches import independent
from reports.figures.palette import FAINT, GREY, colours
from reports.figures.svg import STYLE, canvas, inline_svg, set_scale
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import FEWEST, Floats
from reports.text.formats import short

_ROW, _WIDE, _TICK = 19, 400, 0.28


def ranking_figure(records: StudyRecords, board: pd.DataFrame, width: int) -> str:
    """Dots for means, bars for 95 % intervals, ticks for seeds, dashed lines for floor and noise.

    Means and intervals are on the scale that is tested. The first few have the colour of their family.

    Fewer than `reports.statistics.confidence_interval.FEWEST` seeds have no bar: they are drawn, and that is all there
    is to say of them.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
        width: In points.

    Returns:
        An `<svg>` element, or "" without final scores.
    """
    score, column = records.ranked_by, score_column(records.ranked_by)
    rows = board[board["seeds"] > 0].iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return ""
    lines = {kind: baseline_scores(records, kind).get(score, math.nan) for kind in ("floor", "noise")}
    seeds = records.runs[(records.runs["kind"] == "final") & records.runs[score].notna()]
    of_families, few = colours(families(records)), first_few(board)
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, 50 + _ROW * len(rows), (92, 32, 14, 16))
        logarithmic = set_scale(
            axes, "x", [*seeds[score], *lines.values(), *_told(rows, "centre_high")], 4 + width // _WIDE
        )
        for place, row in rows.iterrows():
            own = np.asarray(independent(records, seeds[seeds["variant"] == row["variant"]], score))
            colour = of_families[row["variant"]] if row["variant"] in few else GREY
            _draw_row(axes, int(str(place)), row, own, colour)
        for kind, value in lines.items():
            if math.isfinite(value):
                axes.axvline(value, color=FAINT, linewidth=0.8, linestyle=(0, (3, 2)))
                axes.annotate(kind, (value, 1), (0, 3), ("data", "axes fraction"), "offset points", ha="center")
        axes.set_yticks(range(len(rows)), rows["variant"])
        scale = ", logarithmic" if logarithmic else ""
        axes.set(ylim=(-0.6, len(rows) - 0.4), xlabel=f"{column.label} (lower is better{scale})")
        means = "; ".join(f"{row['variant']} {short(row['centre'])}" for _, row in rows[::-1].iterrows())
        return inline_svg(figure, f"ranking-{width:.0f}", f"Mean {column.label}, in the order of the table: {means}")


def _told(rows: pd.DataFrame, column: str) -> list[float]:
    """The ends of the intervals that are drawn."""
    return [float(end) for end in rows.loc[rows["seeds"] >= FEWEST, column]]


def _draw_row(axes: Axes, place: int, row: "pd.Series[float]", seeds: Floats, colour: str) -> None:
    axes.axhline(place, color=FAINT, linewidth=0.4, alpha=0.4)
    if len(seeds) >= FEWEST:
        # It may reach below zero, where a logarithmic axis has no place for it.
        low = max(row["centre_low"], axes.get_xlim()[0])
        axes.plot([low, row["centre_high"]], [place, place], color=colour, linewidth=2)
    # All ticks are one line with gaps: each by itself would take ten times as much of the page.
    across = np.repeat(seeds, 3)
    along = np.tile([place - _TICK, place + _TICK, math.nan], len(seeds))
    axes.plot(across, along, color=colour, linewidth=0.9)
    axes.plot([row["centre"]], [place], "o", color=colour, markersize=5.5)
