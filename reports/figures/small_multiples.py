"""Small multiples, a picture a variant, as SVG for the page.

A dozen lines in one picture cannot be told apart by colour. A grid of small pictures, each with the others faint behind
it, can be read, and reflows from a phone to a wall.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from benchmark.metrics.catalog import score_column
from benchmark.records import CURVES
from reports.analysis.best_trials import best_so_far
from reports.analysis.families import families
from reports.analysis.leaderboard import training_means
from reports.analysis.search_limits import enough
from reports.analysis.trial_values import trial_values
from reports.figures.palette import FAINT, SURFACE, TEXT, colours
from reports.figures.svg import STYLE, canvas, emptied, inline_svg, set_scale, svg_group
from reports.records.load import KEY, StudyRecords
from reports.statistics.budget_curves import budget_curves
from reports.statistics.confidence_interval import Floats

_WIDTH, _HEIGHT, _MARGINS = 240.0, 132.0, (36.0, 18.0, 8.0, 6.0)
_MOST_POINTS = 80


@dataclass(frozen=True)
class Panel:
    """One small picture.

    Attributes:
        variant: Whose.
        svg: The `<svg>` element.
    """

    variant: str
    svg: str


def training_panels(records: StudyRecords, order: Sequence[str]) -> list[Panel]:
    """The ranking score through the training of the final runs: thin lines for runs, thick ones for means.

    Args:
        records: The study.
        order: Variants, in the order of the panels; those with nothing to show get none.
    """
    score = records.ranked_by
    evals = records.evals[(records.evals["kind"] == "final") & records.evals[score].notna()]
    means = training_means(records)
    frame = _Frame(evals["step"], evals[score], _lines(means, "variant", "step", score))

    def draw(axes: Axes, variant: str, colour: str) -> None:
        runs = _lines(evals[evals["variant"] == variant], "number", "step", score)
        axes.plot(*np.concatenate([*runs.values()]).T, color=colour, linewidth=0.7, alpha=0.8)
        own = means[means["variant"] == variant]
        axes.plot(own["step"], own[score], color=colour, linewidth=2, marker="o", markersize=3)

    present = [variant for variant in order if variant in set(evals["variant"])]
    return _panels(records, present, "training", f"{score_column(score).label} through training", draw, frame)


def search_panels(records: StudyRecords, order: Sequence[str]) -> list[Panel]:
    """The objective trial by trial: dots for trials (a square for the paper's defaults), a line for the best so far.

    Args:
        records: The study.
        order: As for `training_panels`.
    """
    found = best_so_far(records)
    frame = _Frame(found["number"], found["value"], _lines(found, "variant", "number", "best"))

    def draw(axes: Axes, variant: str, colour: str) -> None:
        own = found[found["variant"] == variant]
        axes.step(own["number"], own["best"], where="post", color=colour, linewidth=2)
        axes.plot(own["number"], own["value"], "o", color=colour, markersize=3.5)
        defaults = own[own["number"] == 0]
        axes.plot(defaults["number"], defaults["value"], "s", color=colour, markerfacecolor=SURFACE, markersize=6)
        for states, marker in ((("diverged", "failed"), "x"), (("pruned",), 1)):
            lost = own.loc[own["state"].isin(states), "number"]
            axes.plot(lost, [0.96] * len(lost), marker=marker, color=TEXT, markersize=4.5, linestyle="none",
                      transform=axes.get_xaxis_transform())  # fmt: skip

    present = [variant for variant in order if variant in set(found["variant"])]
    return _panels(records, present, "search", "Best so far through the search", draw, frame)


def budget_panels(records: StudyRecords, order: Sequence[str]) -> list[Panel]:
    """The expected best of n of the trials, with the band that nine draws in ten lie in, against their seconds.

    Args:
        records: The study.
        order: As for `training_panels`; without a complete trial, or with too few of any kind, there is none.
    """
    trials = enough(trial_values(records))
    complete = set(
        records.runs.loc[(records.runs["kind"] == "trial") & (records.runs["state"] == "complete"), "variant"]
    )
    curves = budget_curves(trials[trials["variant"].isin(complete)])
    finite = curves[np.isfinite(curves["expected"]) & curves["seconds"].notna()]
    ends = finite[["low", "high"]].to_numpy().ravel()
    frame = _Frame(finite["seconds"], ends, _lines(finite, "variant", "seconds", "expected"))

    def draw(axes: Axes, variant: str, colour: str) -> None:
        own = finite[finite["variant"] == variant]
        own = _thinned(own)
        axes.fill_between(own["seconds"], own["low"], own["high"], color=colour, alpha=0.2, linewidth=0)
        axes.plot(own["seconds"], own["expected"], color=colour, linewidth=2, marker="o", markersize=3)

    present = [variant for variant in order if variant in set(finite["variant"])]
    return _panels(records, present, "budget", "Expected best score by seconds of search", draw, frame)


def curve_panels(records: StudyRecords, order: Sequence[str], solid: str, dashed: str) -> list[Panel]:
    """Two curves of the run that is shown for each variant.

    Args:
        records: The study.
        order: As for `training_panels`.
        solid: Name in `benchmark.records.CURVES`.
        dashed: Another.
    """
    curves = records.curves[records.curves["curve"].isin((solid, dashed))]
    shown = pd.DataFrame([(variant, *run) for variant, run in records.shown.items()], columns=KEY)
    shown = shown.astype(curves.dtypes[KEY].to_dict())
    points = {
        (str(variant), str(curve)): _thinned(own)
        for (variant, curve), own in curves.merge(shown, on=KEY).groupby(["variant", "curve"])
    }
    present = [variant for variant in order if (variant, solid) in points]

    def draw(axes: Axes, variant: str, colour: str) -> None:
        for name, ink, style in ((solid, colour, "solid"), (dashed, TEXT, (0, (3, 1)))):
            if (variant, name) in points:
                own = points[variant, name]
                axes.plot(own["step"], own["value"], color=ink, linewidth=1.2, linestyle=style)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))

    title = f"{CURVES[solid].label} and {CURVES[dashed].label}"
    return _panels(records, present, solid.replace("_", "-"), title, draw)


@dataclass(frozen=True)
class _Frame:
    """What all panels of a group have in common, so that the page has it once: scales, and the lines of all variants.

    Attributes:
        x: All values on the horizontal axis, whole numbers' ticks.
        y: All on the vertical one.
        lines: Of each variant, faint; the panel's own covers its.
    """

    x: Iterable[float]
    y: Iterable[float]
    lines: dict[str, Floats]

    def draw(self, axes: Axes) -> None:
        set_scale(axes, "y", self.y)
        values = np.asarray([*self.x], dtype=float)
        low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
        room = 0.05 * (high - low) or 0.5
        axes.set_xlim(low - room, high + room)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        if len(self.lines) > 1:
            points = np.concatenate([*self.lines.values()])
            # Nothing is outside: and what is clipped by a picture that a page may hide would be hidden with it.
            axes.plot(*points.T, color=FAINT, linewidth=0.7, alpha=0.45, clip_on=False)


def _lines(frame: pd.DataFrame, by: str, x: str, y: str) -> dict[str, Floats]:
    """A line for each of a column's values, thinned: points (N + 1, 2), the last NaN, so that many are drawn as one."""
    end = np.full((1, 2), np.nan)
    return {
        str(name): np.concatenate([_thinned(own)[[x, y]].to_numpy(dtype=float), end]) for name, own in frame.groupby(by)
    }


def _thinned(points: pd.DataFrame) -> pd.DataFrame:
    """At most `_MOST_POINTS` points, first and last among them: more make the page large, not the line finer."""
    places = np.unique(np.linspace(0, len(points) - 1, min(len(points), _MOST_POINTS)).round().astype(int))
    return points.iloc[places]


def _panels(
    records: StudyRecords,
    variants: list[str],
    name: str,
    title: str,
    draw: Callable[[Axes, str, str], None],
    frame: _Frame | None = None,
) -> list[Panel]:
    colour = colours(families(records))
    pictures = []
    with mpl.rc_context(STYLE):
        # One figure for all: to make its axes and ticks anew costs more than to draw what is in them.
        figure, axes = canvas(_WIDTH, _HEIGHT, _MARGINS)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_label_coords(0, 0)  # there is none: where it would lie beside the ticks need not be measured
        behind = ""
        if frame is not None:
            frame.draw(axes)
            behind = svg_group(figure, f"{name}-frame")
            axes.set_axis_off()
            axes.autoscale(False)
        for place, variant in enumerate(variants):
            emptied(axes)
            draw(axes, variant, colour[variant])
            pictures.append(Panel(variant, inline_svg(figure, f"{name}-{place}", f"{title}: {variant}", behind)))
            behind = behind and f'<use xlink:href="#{name}-frame"/>'
    return pictures
