"""How much each hyperparameter matters to each variant."""

import pandas as pd

from reports.analysis.importance import importances
from reports.charts.chart import Chart, Spec, first_of, specification, tooltip
from reports.records.load import StudyRecords

_ROW, _DARK = 26, 0.45


def importance_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A cell a variant and hyperparameter; variants with too few trials have none."""
    data = importances(records)
    order = [name for name in board["variant"] if name in set(data["variant"])]
    shared = {
        "x": {
            "field": "hyperparameter",
            "type": "nominal",
            "title": None,
            "axis": {"orient": "top", "labelAngle": -30},
        },
        "y": {"field": "variant", "type": "nominal", "sort": order, "title": None},
    }
    cell: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "color": {"field": "importance", "type": "quantitative", "legend": None,
                      "scale": {"scheme": "blues", "domain": [0, 1]}},
            "tooltip": tooltip(variant="Variant", hyperparameter="Hyperparameter", importance="Importance",
                               trials="Complete trials"),
        },
    }  # fmt: skip
    # Cells are light or dark whatever the page is, so the ink on them is not the page's.
    ink = {"condition": {"test": f"datum.importance > {_DARK}", "value": "#ffffff"}, "value": "#1b1d21"}
    text: Spec = {
        "mark": {"type": "text"},
        "encoding": {"text": {"field": "importance", "type": "quantitative", "format": ".2f"}, "color": ink},
    }
    key = (
        "The share of the score's variation over the search ranges that each hyperparameter accounts for; a row sums "
        "to 1. Variants with too few complete trials to tell are left out."
    )
    spec = specification(first_of(board), 60 + _ROW * len(order), encoding=shared, layer=[cell, text])
    return Chart("importance", "Importance of each hyperparameter", key, data, spec)
