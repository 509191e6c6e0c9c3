"""Quality against training time: the best variant for those who cannot wait."""

import pandas as pd

from benchmark.records import SCORES
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
from reports.load import StudyRecords


def cost_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A dot a variant with its interval."""
    score = records.ranked_by
    columns = {f"{score}_mean": "mean", f"{score}_low": "low", f"{score}_high": "high", "train_seconds": "seconds"}
    ranked = board[(board["seeds"] > 0) & board["train_seconds"].notna()].rename(columns=columns)
    # A bar down to zero has no end on a logarithmic axis.
    bottom = ranked["low"].where(ranked["low"] > 0, ranked["mean"].min() / 2)
    data = ranked[["variant", *columns.values(), "seeds"]].assign(bottom=bottom.where(ranked["low"].notna()))
    label = label_of(score)
    details = tooltip(
        variant="Variant", mean=SCORES[score].label, low="95 % from", high="to", seconds="Seconds", seeds="Seeds"
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
        "encoding": {"y": means, "text": {"field": "variant"}},
    }
    key = "Towards the lower left is better and faster. Bars are 95 % intervals of the mean over seeds."
    spec = specification(first_of(board), 400, encoding=shared, layer=[bounds, dots, names])
    return Chart("cost", f"{SCORES[score].label} against training time", key, data, spec)
