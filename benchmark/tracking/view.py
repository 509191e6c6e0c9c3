"""The leaderboard that `make ui` opens on: a view state of MLflow's UI, kept in a tag of the experiment.

The format is that of the "share" button of MLflow 3.17. It is not documented, so the project pins that release.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmark.records import SAMPLES, SCORES, TAG_KIND

HEADER = "deflate;"
KEY = "leaderboard"
LEADERBOARD_TAG = f"mlflow.sharedViewState.{KEY}"
COLUMNS = ("fid", "inception_score", "kid", "precision", "recall", "f_score")


@dataclass(frozen=True)
class Section:
    """A part of the page of charts; MLflow files a metric called `SECTION/NAME` in it.

    Attributes:
        is_open: Whether its charts are seen without a click.
        columns: Charts side by side.
        height: Of a chart, in pixels.
    """

    is_open: bool
    columns: int = 3
    height: int = 360


SECTIONS = {
    "final": Section(is_open=True, height=320),
    "samples": Section(is_open=True, columns=1, height=640),
    "table": Section(is_open=True, columns=1, height=480),
    "final_std": Section(is_open=False),
    "trials": Section(is_open=False),
}


def leaderboard(objective: str) -> str:
    """The tag's value: one row a variant, sorted by the objective, with charts beside it.

    Args:
        objective: The score in `SCORES` that sorts the rows, best first.
    """
    metrics = tuple(f"final/{name}" for name in dict.fromkeys((objective, *COLUMNS)))
    state = {
        "searchFilter": f"tags.{TAG_KIND} = 'variant'",
        "orderByKey": _column(metrics[0]),
        "orderByAsc": bool(SCORES[objective].lower_is_better),
        "selectedColumns": [_column(metric) for metric in metrics],
        "runsHiddenMode": "SHOW_ALL",
        "groupBy": None,
        "hideEmptyCharts": True,
        # MLflow sorts the sections by name otherwise, which puts cost before scores.
        "isAccordionReordered": True,
        "compareRunSections": [_section(name, section) for name, section in SECTIONS.items()],
        "compareRunCharts": [*(_bar(metric) for metric in metrics), *_unseen(metrics), _samples(), _table()],
    }
    return encode(state)


def comparison_path(experiment_id: str) -> str:
    """The part of the UI's address after the host, which opens the leaderboard with its charts."""
    query = {"viewStateShareKey": KEY, "compareRunsMode": "CHART", "workflowType": "machine_learning"}
    return f"/#/experiments/{experiment_id}/runs?{urlencode(query)}"


def encode(state: dict[str, Any]) -> str:
    """A view state as MLflow's UI reads it."""
    packed = zlib.compress(json.dumps(state).encode("utf-8"), level=9)
    return HEADER + base64.b64encode(packed).decode("ascii")


def decode(text: str) -> dict[str, Any]:
    """The view state that `encode` packed."""
    state: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text.removeprefix(HEADER))))
    return state


def _column(metric: str) -> str:
    return f"metrics.`{metric}`"


def _section(name: str, section: Section) -> dict[str, Any]:
    return {
        "uuid": name,
        "name": name,
        "display": section.is_open,
        "columns": section.columns,
        "cardHeight": section.height,
        "isReordered": True,
        "deleted": False,
        "isGenerated": True,
    }


def _bar(metric: str) -> dict[str, Any]:
    section, _, name = metric.partition("/")
    return _chart("BAR", metric, section) | {
        "metricKey": metric,
        "displayName": SCORES[name].label,
        "runsCountToCompare": 100,
    }


def _unseen(metrics: tuple[str, ...]) -> list[dict[str, Any]]:
    """The other final scores, marked as removed, for MLflow adds a chart of every metric that has none."""
    others = [f"final/{name}" for name in SCORES if f"final/{name}" not in metrics]
    return [_bar(metric) | {"isGenerated": True, "deleted": True} for metric in others]


def _samples() -> dict[str, Any]:
    return _chart("IMAGE", "samples", "samples") | {"imageKeys": [SAMPLES], "step": 0, "showRunParams": False}


def _table() -> dict[str, Any]:
    return _chart("DIFFERENCE", "table", "table") | {
        "chartName": "Variants side by side",
        "compareGroups": ["Model metrics", "Parameters"],
        "showChangeFromBaseline": False,
        "showDifferencesOnly": True,
        "baselineColumnUuid": "",
    }


def _chart(kind: str, uuid: str, section: str) -> dict[str, Any]:
    return {"type": kind, "uuid": uuid, "metricSectionId": section, "isGenerated": False, "deleted": False}
