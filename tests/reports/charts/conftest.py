import json
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import vl_convert

from reports.charts.chart import Chart
from reports.charts.vega import VEGA_LITE

Marks = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def drawn() -> Callable[..., list[dict[str, Any]]]:
    """What Vega-Lite draws of a chart: every item of every mark, from the scene graph."""

    def draw(chart: Chart, **params: str) -> list[dict[str, Any]]:
        packed = json.loads(chart.to_json())
        rows = [dict(zip(packed["columns"], row, strict=True)) for row in packed["rows"]]
        spec = packed["spec"] | {"data": {"values": rows}, "width": 600}
        for param in spec["params"]:
            param["value"] = params.get(param["name"], param["value"])
        graph = vl_convert.vegalite_to_scenegraph(spec, vl_version=VEGA_LITE)
        return list(_marks(graph["scenegraph"], None))

    return draw


def _marks(node: dict[str, Any], kind: str | None) -> Any:
    kind = node.get("marktype", kind)
    role = node.get("role", "mark")
    for item in node.get("items", []):
        if role == "mark" and kind != "group":
            yield {"mark": kind} | item
        if "items" in item or kind == "group":
            for child in item.get("items", []):
                if child.get("role", "mark") in ("mark", "scope", "frame", "pathgroup"):
                    yield from _marks(child, None)


def finite(frame: pd.DataFrame, column: str) -> list[float]:
    return [value for value in frame[column] if math.isfinite(value)]
