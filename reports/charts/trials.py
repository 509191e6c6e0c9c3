"""The distribution of the search's trials: how good a variant is away from its best settings."""

import numpy as np
import pandas as pd

from benchmark.metrics.catalog import score_column
from ganzoo.hyperparameters import NAMES
from reports.analysis.states import STATES
from reports.analysis.trial_values import trial_values
from reports.charts.chart import Chart, emphasis, first_of, label_of, quantity, specification, tooltip
from reports.records.load import StudyRecords

_ROW, _SHAPES = 22, ("circle", "triangle-down", "cross", "square")


def trials_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A dot a trial, a row a variant."""
    score = records.spec.score
    values = trial_values(records)
    kept = values[np.isfinite(values["value"])]
    settings = records.runs.loc[records.runs["kind"] == "trial", ["variant", "number", *_used(records)]]
    data = kept[["variant", "number", "state", "value"]].merge(settings, on=["variant", "number"])
    order = [name for name in board["variant"] if name in set(data["variant"])]
    title = f"{label_of(score.objective)}, {score.search_split} split"
    names = {"variant": "Variant", "number": "Trial", "state": "State", "value": score_column(score.objective).label}
    encoding = {
        "y": {"field": "variant", "type": "nominal", "sort": order, "title": None},
        "x": quantity("value", title, data["value"]),
        "shape": {"field": "state", "type": "nominal", "scale": {"domain": list(STATES), "range": list(_SHAPES)},
                  "legend": {"orient": "top", "title": None, "columns": 2}},
        "color": {"condition": {"test": "datum.number === 0", "value": "var(--series-1)"}, "value": "var(--series-0)"},
        "opacity": emphasis(0.55, faint=0.1),
        "tooltip": tooltip(**names, **{name: name for name in _used(records)}),
    }  # fmt: skip
    key = (
        "Every trial; the paper's settings in the other colour. Pruned trials stand at their last score, but no better "
        "than the median of the complete ones; diverged and failed ones at the score of noise."
    )
    height = 60 + _ROW * len(order)
    spec = specification(first_of(board), height, mark={"type": "point", "filled": True, "size": 45}, encoding=encoding)
    return Chart("trials", "Distribution over trials", key, data, spec)


def _used(records: StudyRecords) -> list[str]:
    return [name for name in NAMES if records.runs[name].notna().any()]
