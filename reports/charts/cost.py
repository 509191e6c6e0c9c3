"""Quality against what a variant costs: who is the best for those who cannot wait, or have little room."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.front import on_the_front
from reports.analysis.leaderboard import tested_scale
from reports.charts.chart import (
    Chart,
    Spec,
    emphasis,
    family_colour,
    first_of,
    label_of,
    quantity,
    specification,
    tooltip,
)
from reports.records.load import StudyRecords
from reports.statistics.scale import RATIO
from reports.text.formats import listing

# What a name takes of the chart's width and height, in shares of the ranges of the dots.
_ROOM = (0.25, 0.045)
_CENTRE = {"centre": "mean", "centre_low": "low", "centre_high": "high"}


@dataclass(frozen=True)
class _Cost:
    """What quality is set against.

    Attributes:
        chart: Name of the chart.
        columns: Of the leaderboard; their sum.
        title: Of the axis.
        words: Of the heading.
        unit: Of the tooltip.
        numbers: How the axis prints them, in the words of d3-format.
    """

    chart: str
    columns: tuple[str, ...]
    title: str
    words: str
    unit: str
    numbers: str


_TIME = _Cost("cost", ("train_seconds",), "Training time of a final run, seconds", "training time", "Seconds", "~g")
_SIZE = _Cost(
    "size",
    ("generator_parameters", "discriminator_parameters"),
    "Parameters of generator and discriminator",
    "parameters",
    "Parameters",
    "~s",
)


def cost_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """Against training time."""
    return _chart(records, board, _TIME)


def size_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """Against the number of parameters."""
    return _chart(records, board, _SIZE)


def _chart(records: StudyRecords, board: pd.DataFrame, cost: _Cost) -> Chart:
    """A dot a variant with its interval, filled for those that nobody dominates, and a line along them."""
    ranked = board[board["seeds"] > 0].rename(columns=_CENTRE)
    ranked = ranked.assign(cost=ranked[list(cost.columns)].sum(axis=1, min_count=1))
    ranked = ranked[ranked["cost"].notna()]
    # A bar down to zero has no end on a logarithmic axis, and one that nearly reaches it would press all else together.
    lowest = ranked["mean"].min()
    bottom = ranked["low"].clip(lower=lowest / 2) if lowest > 0 else ranked["low"]
    front = on_the_front(ranked["cost"].tolist(), ranked["mean"].tolist())
    ranked = ranked.assign(bottom=bottom, front=["yes" if on else "no" for on in front])
    # The front is drawn above the others, and its names come first.
    ranked = ranked.sort_values("front", ascending=False, kind="stable")
    data = ranked[["variant", *_CENTRE.values(), "cost", "seeds", "bottom", "front"]].assign(label=_uncrowded(ranked))
    label, score = label_of(records.ranked_by), score_column(records.ranked_by).label
    means = quantity("mean", label, [*data["mean"], *data["bottom"], *data["high"]])
    along = quantity("cost", cost.title, data["cost"])
    shared = {
        "x": along | {"axis": along["axis"] | {"format": cost.numbers, "labelOverlap": "greedy"}},
        "color": family_colour(records, "datum.front === 'no'"),
        "opacity": emphasis(0.9, faint=0.15),
        "tooltip": tooltip(variant="Variant", mean=score, low="95 % from", high="to", cost=cost.unit, seeds="Seeds",
                           front="On the front"),
    }  # fmt: skip
    spec = specification(first_of(board), 400, encoding=shared, layer=_layers(means))
    return Chart(cost.chart, f"{score} against {cost.words}", _key(records, data), data, spec)


def _key(records: StudyRecords, data: pd.DataFrame) -> str:
    means = "geometric means" if tested_scale(records) is RATIO else "means"
    names = data.loc[data["front"] == "yes"].sort_values("cost", kind="stable")["variant"].tolist()
    return (
        "Towards the lower left is better and cheaper. Filled dots, on the dashed line, are the front: "
        f"{listing(names)}. The others, hollow and grey, are dominated: another is at least as good for no more. "
        f"Dots are {means} over seeds, bars their 95 % intervals; chance may have decided between close ones."
    )


def _layers(means: Spec) -> list[Spec]:
    line: Spec = {
        "transform": [{"filter": "datum.front === 'yes'"}],
        "mark": {"type": "line", "interpolate": "step-after", "strokeDash": [4, 3], "strokeWidth": 1},
        "encoding": {"y": means, "color": {"value": "var(--muted)"}, "opacity": {"value": 0.9}, "tooltip": None},
    }
    bounds: Spec = {
        "mark": {"type": "rule", "clip": True},
        "encoding": {"y": means | {"field": "bottom"}, "y2": {"field": "high"}},
    }
    front: Spec = {
        "transform": [{"filter": "datum.front === 'yes'"}],
        "mark": {"type": "point", "filled": True, "size": 80},
        "encoding": {"y": means},
    }
    dominated: Spec = {
        "transform": [{"filter": "datum.front === 'no'"}],
        "mark": {"type": "point", "filled": False, "size": 60, "strokeWidth": 1.5},
        "encoding": {"y": means},
    }
    names: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 7, "dy": -6, "fontSize": 10.5},
        "encoding": {
            "y": means,
            "text": {"condition": {"test": "datum.variant === highlight", "field": "variant"}, "field": "label"},
            "color": {
                "condition": {"test": "datum.front === 'no' && datum.variant !== highlight", "value": "var(--muted)"},
                "value": "var(--text)",
            },
        },
    }
    return [line, bounds, front, dominated, names]


def _uncrowded(ranked: pd.DataFrame) -> list[str]:
    """The variants' names in their order, "" where one would lie upon that of an earlier one."""
    places = [_shares(ranked[name]) for name in ("cost", "mean")]
    named: list[tuple[float, float]] = []
    labels = []
    for variant, *place in zip(ranked["variant"], *places, strict=True):
        free = all(abs(place[0] - x) > _ROOM[0] or abs(place[1] - y) > _ROOM[1] for x, y in named)
        named += [(place[0], place[1])] if free else []
        labels.append(str(variant) if free else "")
    return labels


def _shares(values: "pd.Series[float]") -> list[float]:
    """Places between the lowest (0) and the highest (1) value; on a logarithm where there is one, as on most axes."""
    places = np.log(values) if values.min() > 0 else values
    span = float(places.max() - places.min())
    return [float(place - places.min()) / span if span > 0 else 0.0 for place in places]
