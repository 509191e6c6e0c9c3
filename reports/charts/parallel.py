"""Parallel coordinates: which settings gave which score, one variant at a time."""

import json
import math

import pandas as pd

from benchmark.metrics.catalog import score_column
from ganzoo.hyperparameters import NAMES
from reports.analysis.search_limits import LEAST_DRAWN, enough
from reports.charts.chart import Chart, Spec, first_of, only_shown, specification, tooltip
from reports.records.load import StudyRecords
from reports.text.formats import short

_LOGARITHMIC_FROM = 20.0  # times from the lowest to the highest value
_LOWEST = 320
_END_WIDTH = 36  # pixels of an axis with numbers at its ends


def parallel_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A line a complete trial across its hyperparameters to its score."""
    objective = records.spec.score.objective
    trials = enough(records.runs[(records.runs["kind"] == "trial") & records.runs[objective].notna()])
    axes = [name for name in [*NAMES, objective] if trials[name].nunique() > 1]
    data = trials[["variant", "number", *axes]]
    label = score_column(objective).label
    titles = {name: label if name == objective else name for name in axes}
    scales = {name: _Scale(trials[name]) for name in axes}
    position = {name: f"at_{name}" for name in axes}
    transform: list[Spec] = [
        only_shown(),
        *({"calculate": scales[name].expression(name), "as": position[name]} for name in axes),
        {"fold": [position[name] for name in axes], "as": ["axis", "position"]},
        {"filter": "isValid(datum.position)"},
    ]
    sort = [position[name] for name in axes]
    names = " : ".join(f"datum.value === {json.dumps(position[name])} ? {json.dumps(titles[name])}" for name in axes)
    shared = {
        "x": {"field": "axis", "type": "nominal", "sort": sort, "title": None, "scale": {"padding": 0.3},
              "axis": {"labelExpr": f"{names} : datum.value", "labelAngle": -35, "labelLimit": 110, "grid": True,
                       "labelOverlap": False}},
        "y": {"field": "position", "type": "quantitative", "axis": None, "scale": {"domain": [-0.08, 1.08]}},
    }  # fmt: skip
    line: Spec = {
        "transform": transform,
        "params": [{"name": "hover", "select": {"type": "point", "on": "pointerover", "fields": ["number"]}}],
        "mark": {"type": "line", "point": {"size": 30}},
        "encoding": shared
        | {
            "detail": {"field": "number"},
            "color": _score_colour(objective, trials[objective]),
            "strokeWidth": {"condition": {"param": "hover", "empty": False, "value": 4}, "value": 1.6},
            "opacity": {"condition": {"param": "hover", "value": 0.95}, "value": 0.35},
            "tooltip": tooltip(variant="Variant", number="Trial", **titles),
        },
    }
    ends: Spec = {
        "data": {"values": [end for name in axes for end in scales[name].ends(position[name])]},
        # On a phone they would lie upon each other.
        "mark": {
            "type": "text",
            "fontSize": 10,
            "color": "var(--muted)",
            "opacity": {"expr": f"width < {_END_WIDTH * len(axes)} ? 0 : 1"},
        },
        "encoding": shared | {"text": {"field": "label"}},
    }
    key = (
        "Complete trials of the highlighted variant, or of the first: a line a trial, from its hyperparameters to its "
        f"score on the {records.spec.score.search_split} split, the same scales for all variants. "
        "Empty axes are hyperparameters that the variant lacks; variants with fewer than "
        f"{LEAST_DRAWN} complete trials show nothing."
    )
    # As tall as the chart beside it, which has a row a variant.
    height = max(_LOWEST, 60 + 22 * trials["variant"].nunique())
    spec = specification(first_of(board), height, layer=[line, ends])
    return Chart("parallel", "Hyperparameters and scores", key, data if len(axes) > 1 else data.iloc[:0], spec)


class _Scale:
    """From a hyperparameter's value to a place between 0 and 1."""

    def __init__(self, values: "pd.Series[float]") -> None:
        self.low, self.high = float(values.min()), float(values.max())
        self.logarithmic = self.low > 0 and self.high >= _LOGARITHMIC_FROM * self.low

    def expression(self, name: str) -> str:
        """The place as a Vega expression; null where the variant lacks the hyperparameter."""
        low, high = (math.log(end) if self.logarithmic else end for end in (self.low, self.high))
        datum = f"datum[{json.dumps(name)}]"
        value = f"log({datum})" if self.logarithmic else datum
        return f"isValid({datum}) ? ({value} - {low!r}) / {high - low!r} : null"

    def ends(self, axis: str) -> list[Spec]:
        """What to write at both ends of the axis."""
        return [
            {"axis": axis, "position": place, "label": short(value)}
            for place, value in ((-0.06, self.low), (1.06, self.high))
        ]


def _score_colour(objective: str, values: "pd.Series[float]") -> Spec:
    """By the score, which the last axis says in numbers. Not the scheme's dark end, unseen on a dark page."""
    scale = {
        "scheme": {"name": "viridis", "extent": [0.3, 1]},
        "reverse": True,
        "type": "log" if values.min() > 0 else "linear",
    }
    return {"field": objective, "type": "quantitative", "scale": scale, "legend": None}
