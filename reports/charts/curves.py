"""Losses and outputs of the discriminator through one run."""

import math

import pandas as pd

from benchmark.records import CURVES
from reports.charts.chart import Chart, first_of, only_shown, quantity, specification, tooltip
from reports.records.load import StudyRecords

_MOST_POINTS = 150


def losses_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """Both players' losses."""
    key = "Of the run whose samples are shown, of the highlighted variant or the first; means since the last point."
    return _chart(records, board, "losses", ("loss_discriminator", "loss_generator"), key)


def outputs_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """What the discriminator says of real and of generated images."""
    key = "Of the same run. Where the loss has no probabilities these are the discriminator's outputs as they are."
    return _chart(records, board, "outputs", ("output_real", "output_fake"), key)


def _chart(records: StudyRecords, board: pd.DataFrame, name: str, curves: tuple[str, str], key: str) -> Chart:
    data = _of_shown_runs(records, curves)
    labels = [CURVES[curve].label for curve in curves]
    colours = ["var(--series-0)", "var(--series-1)"]
    encoding = {
        "x": quantity("step", "Discriminator updates", []) | {"scale": {"zero": True}},
        "y": quantity("value", " and ".join(labels), []),
        "color": {"field": "curve", "type": "nominal", "scale": {"domain": labels, "range": colours},
                  "legend": {"orient": "top", "title": None, "symbolType": "stroke"}},
        "strokeDash": {"field": "curve", "type": "nominal", "scale": {"domain": labels, "range": [[1, 0], [6, 3]]}},
        "tooltip": tooltip(variant="Variant", curve="Curve", step="Updates", value="Value"),
    }  # fmt: skip
    mark = {"type": "line", "strokeWidth": 1.6, "point": {"size": 14, "opacity": 0}}
    spec = specification(first_of(board), 300, transform=[only_shown()], mark=mark, encoding=encoding)
    return Chart(name, " and ".join(labels), key, data, spec)


def _of_shown_runs(records: StudyRecords, names: tuple[str, str]) -> pd.DataFrame:
    curves = records.curves[records.curves["curve"].isin(names)]
    runs = pd.DataFrame([(v, *run) for v, run in records.shown.items()], columns=["variant", "kind", "number"])
    own = curves.merge(runs, on=["variant", "kind", "number"])
    thinned = [points.iloc[:: math.ceil(len(points) / _MOST_POINTS)] for _, points in own.groupby(["variant", "curve"])]
    data = pd.concat(thinned) if thinned else own
    return data.assign(curve=data["curve"].map(lambda name: CURVES[name].label))[["variant", "curve", "step", "value"]]
