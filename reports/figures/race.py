"""The race as a picture: who was in at which look, how far above the best, and who left when."""

import math

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from reports.analysis.families import families
from reports.analysis.race import course, study_race
from reports.analysis.searches import unit_of
from reports.figures.palette import FAINT, GREY, SURFACE, TEXT, colours
from reports.figures.svg import STYLE, canvas, inline_svg
from reports.records.load import StudyRecords
from reports.text.formats import short, times

_ROW, _NAMES = 19, 92


def race_figure(records: StudyRecords, board: pd.DataFrame, width: int) -> str:
    """A row a variant, a column a look: a line as long as it was in, on it how far above the best of the look it was.

    A cross ends the line of who is out, which is grey, a dot that of who is left.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
        width: In points.

    Returns:
        An `<svg>` element, or "" before the first look.
    """
    went = course(study_race(records))
    if went.empty:
        return ""
    looks = sorted(went["seeds"].unique().tolist())
    names = [name for name in board["variant"] if name in set(went["variant"])][::-1]
    colour, unit = colours(families(records)), {"seed": "seeds", "search": "searches"}[unit_of(records.spec)]
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, 40 + _ROW * len(names), (_NAMES, 32, 14, 6))
        for place, name in enumerate(names):
            own = went[went["variant"] == name].sort_values("seeds")
            _draw_row(axes, place, own, looks, colour[name], records.spec.scale == "ratio")
        axes.set_yticks(range(len(names)), names)
        axes.set_xticks(range(1, len(looks) + 1), [f"{seeds}" for seeds in looks])
        axes.spines["left"].set_visible(False)
        axes.set(
            xlim=(0, len(looks) + 0.3),
            ylim=(-0.6, len(names) - 0.4),
            xlabel=f"{unit.capitalize()} of each variant that is in",
        )
        return inline_svg(figure, f"race-{width:.0f}", _in_words(went, looks, unit))


def _draw_row(axes: Axes, place: int, own: pd.DataFrame, looks: list[int], colour: str, ratio: bool) -> None:
    at = [looks.index(seeds) + 1 for seeds in own["seeds"]]
    axes.axhline(place, color=FAINT, linewidth=0.4, alpha=0.4)
    left = bool(own["left"].iloc[-1])
    colour = colour if left else GREY
    axes.plot([0, at[-1]], [place, place], color=colour, linewidth=2)
    axes.plot([at[-1]], [place], "o" if left else "X", color=colour, markersize=6, markeredgecolor=SURFACE)
    for x, value in zip(at, own["times"], strict=True):
        text = "diverged" if math.isnan(value) else times(value) if ratio else short(value)
        axes.annotate(
            text, (x, place), (-7, 0), textcoords="offset points", ha="right", va="center", color=TEXT, fontsize=7,
            bbox={"boxstyle": "square,pad=0.15", "facecolor": SURFACE, "edgecolor": "none"},
        )  # fmt: skip


def _in_words(went: pd.DataFrame, looks: list[int], unit: str) -> str:
    told = []
    for seeds in looks:
        own = went[went["seeds"] == seeds]
        out = own.loc[~own["left"], "variant"].tolist()
        told.append(
            f"after {seeds} {unit} {len(own) - len(out)} of {len(own)} left" + f" (out: {', '.join(out)})" * bool(out)
        )
    return f"The race: {'; '.join(told)}"
