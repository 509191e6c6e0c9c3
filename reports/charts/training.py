"""The ranking score through the training of the final runs."""

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.charts.chart import (
    Chart,
    emphasis,
    first_of,
    label_of,
    quantity,
    specification,
    tooltip,
    variant_colour,
)
from reports.records.load import StudyRecords


def training_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A line a final run, by discriminator update."""
    score = records.ranked_by
    finals = records.evals[(records.evals["kind"] == "final") & records.evals[score].notna()]
    data = finals[["variant", "number", "step", score]]
    encoding = {
        "x": quantity("step", "Discriminator updates", []) | {"scale": {"zero": True}},
        "y": quantity(score, label_of(score), data[score]),
        "color": variant_colour(records.variant_names),
        "detail": {"field": "number"},
        "opacity": emphasis(0.55),
        "tooltip": tooltip(variant="Variant", number="Final run", step="Updates", **{score: score_column(score).label}),
    }
    mark = {"type": "line", "point": {"size": 24}, "strokeWidth": 1.3}
    key = "Final runs, each with a seed of its own. Point at a line to see whose it is, click to highlight its variant."
    title = f"{score_column(score).label} through training"
    return Chart("training", title, key, data, specification(first_of(board), 380, mark=mark, encoding=encoding))
