"""The ranking score through the training of the final runs."""

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.leaderboard import training_means
from reports.charts.chart import (
    Chart,
    Spec,
    first_of,
    foreground,
    grey_first,
    label_of,
    names_at_ends,
    quantity,
    rows_of,
    specification,
    tooltip,
    variant_colour,
)
from reports.records.load import StudyRecords

_HEIGHT = 380


def training_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A thick line a variant, named at its end; its runs, thin, where it is highlighted."""
    score = records.ranked_by
    finals = records.evals[(records.evals["kind"] == "final") & records.evals[score].notna()]
    data = finals[["variant", "number", "step", score]]
    means = grey_first(training_means(records), board)
    height = quantity(score, label_of(score), data[score])
    domain = (float(data[score].min()), float(data[score].max())) if len(data) else (0.0, 1.0)
    last = int(data["step"].max()) if len(data) else 1
    height |= {"scale": height["scale"] | {"domain": list(domain)}}
    encoding: Spec = {
        # While no variant is highlighted, no run is drawn that would say how far the axis goes.
        "x": quantity("step", "Discriminator updates", []) | {"scale": {"domain": [0, last]}},
        "y": height,
        "color": variant_colour(records, board),
    }
    label = score_column(score).label
    runs: Spec = {
        "mark": {"type": "line", "strokeWidth": 0.8, "clip": True},
        "transform": [{"filter": "datum.variant === highlight"}],
        "encoding": {
            "detail": {"field": "number"},
            "opacity": {"value": 0.5},
            "tooltip": tooltip(variant="Variant", number="Final run", step="Updates", **{score: label}),
        },
    }
    thick: Spec = {
        "data": {"values": rows_of(means)},
        "mark": {"type": "line", "point": {"size": 28}, "strokeWidth": 2},
        "encoding": {
            "opacity": foreground(board),
            "tooltip": tooltip(variant="Variant", step="Updates", **{score: f"Mean {label}"}),
        },
    }
    layer = [runs, thick, names_at_ends(means, board, ("step", score), domain, _HEIGHT)]
    key = (
        "Means over the final runs that were completed. The first few have the colour of their family and their name "
        "at the end; the others are grey. Highlight a variant to see its runs, each with a seed of its own."
    )
    spec = specification(first_of(board), _HEIGHT, encoding=encoding, layer=layer)
    return Chart("training", f"{label} through training", key, data, spec)
