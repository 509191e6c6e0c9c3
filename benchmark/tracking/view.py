"""What `make ui` opens on, a leaderboard, and views of all trials and final runs: states of MLflow's UI, kept in tags.

The format is that of the "share" button of MLflow 3.17. It is not documented, so the project pins that release.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from benchmark.metrics.catalog import default_metrics, find_metric, known_scores
from benchmark.records import CURVES, SAMPLES, TAG_KIND, Split
from benchmark.tracking.score_names import by_step, ends, once, spread
from ganzoo.hyperparameters import Hyperparameters

HEADER = "deflate;"
KEY, SEARCH_KEY, FINALS_KEY = "leaderboard", "search", "finals"
LEADERBOARD_TAG = f"mlflow.sharedViewState.{KEY}"
SEARCH_TAG = f"mlflow.sharedViewState.{SEARCH_KEY}"
FINALS_TAG = f"mlflow.sharedViewState.{FINALS_KEY}"
# MLflow draws no parallel coordinates of runs that lack one of them.
COMMON = tuple(field.name for field in fields(Hyperparameters) if field.default is not None)

# Of `benchmark.tracking.parent.verdict_tags`.
VERDICT_TAGS = ("verdict", "factor")


@dataclass(frozen=True)
class ChartSection:
    """A part of the page of charts; MLflow files a metric called `SECTION/NAME` in it.

    Attributes:
        is_open: Whether its charts are seen without a click.
        columns: Charts side by side.
        height: Of a chart, in pixels.
    """

    is_open: bool
    columns: int = 3
    height: int = 360


WIDE = ChartSection(is_open=True, columns=2, height=400)
CLOSED = ChartSection(is_open=False, columns=2, height=400)
# MLflow's charts have no error bars: each final run is a point above its variant, and so above what that is made of.
POINTS = ("variant", "loss", "architecture", "penalty")


def usual_scores() -> tuple[str, ...]:
    """The scores that every study has unless it asks for others, those of them that can be better or worse."""
    columns = [item for name in default_metrics() for item in find_metric(name).columns.items()]
    return tuple(name for name, column in columns if column.lower_is_better is not None)


def leaderboard(objective: str, split: Split) -> str:
    """The tag's value: one row a variant, sorted by the objective, with charts beside it and what the race said of it.

    Args:
        objective: The score in `known_scores()` that sorts the rows, best first.
        split: That final runs are scored against.
    """
    metrics = tuple(f"{once(split)}/{name}" for name in dict.fromkeys((objective, *usual_scores())))
    low, high = (f"{end}/{objective}" for end in ends(split))
    sections = {
        once(split): ChartSection(is_open=True, columns=2, height=320),
        "samples": ChartSection(is_open=True, columns=1, height=640),
        "table": ChartSection(is_open=True, columns=1, height=480),
        **dict.fromkeys((*ends(split), spread(split), "trials"), CLOSED),
    }
    charts = [*(_bar(metric) for metric in metrics), *_unseen(metrics), _samples(), _table()]
    columns = [*(f"tags.`{name}`" for name in VERDICT_TAGS), *map(_column, (metrics[0], low, high, *metrics[1:]))]
    return encode(_state("variant", objective, sections, charts, columns))


def search_view(objective: str, hyperparameters: Sequence[str], split: Split) -> str:
    """The tag's value of a view of all trials: which settings gave which score.

    Args:
        objective: The score in `known_scores()` that sorts the rows, best first.
        hyperparameters: Those that trials have.
        split: That trials are scored against.
    """
    metric, names = f"{once(split)}/{objective}", list(hyperparameters)
    common = [name for name in names if name in COMMON]
    charts = [_parallel(common, metric)] if common else []
    if len(names) > 1:
        charts.append(_contour(names[0], names[1], metric))
    charts += [_scatter(name, metric, "search") for name in names]
    charts.append(_line(f"{by_step(split)}/{objective}", by_step(split)))
    charts += [_line(f"train/{name}", "train") for name in CURVES]
    sections = {"search": ChartSection(is_open=True, columns=2, height=480), by_step(split): WIDE, "train": CLOSED}
    columns = [_column(metric), *(f"params.`{name}`" for name in names)]
    return encode(_state("trial", objective, sections, charts, columns))


def finals_view(objective: str, split: Split) -> str:
    """The tag's value of a view of all final runs: how far the seeds of each variant lie apart.

    Args:
        objective: The score in `known_scores()` that sorts the rows, best first.
        split: That final runs are scored against.
    """
    metric = f"{once(split)}/{objective}"
    charts = [_scatter(name, metric, "seeds") for name in POINTS]
    charts.append(_line(f"{by_step(split)}/{objective}", by_step(split)))
    charts += [_line(f"train/{name}", "train") for name in CURVES]
    sections = {"seeds": WIDE, by_step(split): WIDE, "train": CLOSED}
    columns = [_column(metric), *(f"params.`{name}`" for name in (*POINTS, "seed"))]
    return encode(_state("final", objective, sections, charts, columns))


def finals_path(experiment_id: str) -> str:
    """The part of the UI's address after the host, which opens the view of all final runs."""
    return _path(experiment_id, FINALS_KEY)


def search_path(experiment_id: str) -> str:
    """The part of the UI's address after the host, which opens the view of all trials."""
    return _path(experiment_id, SEARCH_KEY)


def _state(
    kind: str,
    objective: str,
    sections: dict[str, ChartSection],
    charts: list[dict[str, Any]],
    columns: list[str],
) -> dict[str, Any]:
    """A view of the runs of a kind, best first by the first metric among the columns of their table."""
    return {
        "searchFilter": f"tags.{TAG_KIND} = '{kind}'",
        "orderByKey": next(column for column in columns if column.startswith("metrics.")),
        "orderByAsc": bool(known_scores()[objective].lower_is_better),
        "selectedColumns": columns,
        # Otherwise metrics come first, and tags, as the verdict, last.
        "columnOrder": columns,
        "runsHiddenMode": "SHOW_ALL",
        "groupBy": None,
        "hideEmptyCharts": True,
        # MLflow sorts the sections by name otherwise, which puts deviations before samples.
        "isAccordionReordered": True,
        "compareRunSections": [_section(name, section) for name, section in sections.items()],
        "compareRunCharts": charts,
    }


def comparison_path(experiment_id: str) -> str:
    """The part of the UI's address after the host, which opens the leaderboard with its charts."""
    return _path(experiment_id, KEY)


def _path(experiment_id: str, key: str) -> str:
    query = {"viewStateShareKey": key, "compareRunsMode": "CHART", "workflowType": "machine_learning"}
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


def _section(name: str, section: ChartSection) -> dict[str, Any]:
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
        "displayName": known_scores()[name].label,
        "runsCountToCompare": 100,
    }


def _unseen(metrics: tuple[str, ...]) -> list[dict[str, Any]]:
    """The other final scores, marked as removed, for MLflow adds a chart of every metric that has none."""
    prefix = metrics[0].partition("/")[0]
    others = [f"{prefix}/{name}" for name in known_scores() if f"{prefix}/{name}" not in metrics]
    return [_bar(metric) | {"isGenerated": True, "deleted": True} for metric in others]


def _parallel(names: list[str], metric: str) -> dict[str, Any]:
    return _chart("PARALLEL", "parallel", "search") | {
        "selectedParams": names,
        "selectedMetrics": [metric],
        "showAllRuns": True,
    }


def _contour(x: str, y: str, metric: str) -> dict[str, Any]:
    return _chart("CONTOUR", "contour", "search") | {"xaxis": _param(x), "yaxis": _param(y), "zaxis": _metric(metric)}


def _scatter(name: str, metric: str, section: str) -> dict[str, Any]:
    axes = {"xaxis": _param(name), "yaxis": _metric(metric)}
    return _chart("SCATTER", f"scatter-{name}", section) | axes | {"runsCountToCompare": 1000}


def _line(metric: str, section: str) -> dict[str, Any]:
    return _chart("LINE", metric, section) | {
        "metricKey": metric,
        "selectedMetricKeys": [metric],
        "xAxisKey": "step",
        "selectedXAxisMetricKey": "",
        "yAxisKey": "metric",
        "yAxisExpressions": [],
        "range": {},
        "xAxisScaleType": "linear",
        "scaleType": "linear",
        "lineSmoothness": 0,
        "runsCountToCompare": 100,
    }


def _param(key: str) -> dict[str, str]:
    return {"key": key, "type": "PARAM"}


def _metric(key: str) -> dict[str, str]:
    return {"key": key, "type": "METRIC"}


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
