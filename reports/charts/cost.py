"""Quality against training time: the best variant for those who cannot wait."""

import numpy as np
import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.charts.chart import (
    Chart,
    Spec,
    emphasis,
    first_of,
    label_of,
    quantity,
    specification,
    tooltip,
    variant_colour,
)
from reports.records.load import StudyRecords

# What a name takes of the chart's width and height, in shares of the ranges of the dots.
_ROOM = (0.25, 0.045)


def cost_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A dot a variant with its interval."""
    score = records.ranked_by
    columns = {f"{score}_mean": "mean", f"{score}_low": "low", f"{score}_high": "high", "train_seconds": "seconds"}
    ranked = board[(board["seeds"] > 0) & board["train_seconds"].notna()].rename(columns=columns)
    # A bar down to zero has no end on a logarithmic axis, and one that nearly reaches it would press all else together.
    lowest = ranked["mean"].min()
    bottom = ranked["low"].clip(lower=lowest / 2) if lowest > 0 else ranked["low"]
    data = ranked[["variant", *columns.values(), "seeds"]].assign(bottom=bottom, label=_uncrowded(ranked))
    label = label_of(score)
    details = tooltip(
        variant="Variant", mean=score_column(score).label, low="95 % from", high="to", seconds="Seconds", seeds="Seeds"
    )
    shared = {
        "x": quantity("seconds", "Training time of a final run, seconds", data["seconds"]),
        "color": variant_colour(records.variant_names) | {"legend": None},
        "opacity": emphasis(0.9, faint=0.15),
        "tooltip": details,
    }
    means = quantity("mean", label, [*data["mean"], *data["bottom"], *data["high"]])
    bounds: Spec = {"mark": {"type": "rule", "clip": True}, "encoding": {
        "y": means | {"field": "bottom"}, "y2": {"field": "high"}}}  # fmt: skip
    dots: Spec = {"mark": {"type": "point", "filled": True, "size": 70}, "encoding": {"y": means}}
    names: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 7, "dy": -6, "fontSize": 10.5},
        "encoding": {
            "y": means,
            "text": {"condition": {"test": "datum.variant === highlight", "field": "variant"}, "field": "label"},
        },
    }
    key = (
        "Towards the lower left is better and faster. Bars are 95 % intervals of the mean over seeds. In a crowd only "
        "the best are named; point at a dot to see whose it is."
    )
    spec = specification(first_of(board), 400, encoding=shared, layer=[bounds, dots, names])
    return Chart("cost", f"{score_column(score).label} against training time", key, data, spec)


def _uncrowded(ranked: pd.DataFrame) -> list[str]:
    """The variants' names in their order, "" where one would lie upon that of a better variant."""
    places = [_shares(ranked[name]) for name in ("seconds", "mean")]
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
