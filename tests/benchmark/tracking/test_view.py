import base64
import json
import zlib
from pathlib import Path

import mlflow
import pytest

from benchmark.tracking.view import comparison_path, decode, encode, leaderboard


def test_the_format_is_that_of_the_share_button():
    text = encode({"orderByAsc": True})
    assert text.startswith("deflate;")
    assert json.loads(zlib.decompress(base64.b64decode(text[8:]))) == {"orderByAsc": True}
    assert decode(text) == {"orderByAsc": True}


@pytest.mark.parametrize(("objective", "ascending"), [("fid", True), ("kid", True), ("recall", False)])
def test_the_leaderboard_is_sorted_by_the_objective_best_first(objective, ascending):
    state = decode(leaderboard(objective))
    assert (state["orderByKey"], state["orderByAsc"]) == (f"metrics.`final/{objective}`", ascending)
    assert state["selectedColumns"][0] == f"metrics.`final/{objective}`"
    assert {"metrics.`final/fid`", "metrics.`final/precision`"} <= set(state["selectedColumns"])


def test_every_chart_lies_in_a_section_and_the_scores_are_bars():
    state = decode(leaderboard("fid"))
    sections = {section["uuid"] for section in state["compareRunSections"]}
    assert {chart["metricSectionId"] for chart in state["compareRunCharts"]} <= sections
    shown = [chart for chart in state["compareRunCharts"] if not chart["deleted"]]
    bars = [chart["metricKey"] for chart in shown if chart["type"] == "BAR"]
    assert bars[:3] == ["final/fid", "final/inception_score", "final/kid"]
    assert len({chart["uuid"] for chart in state["compareRunCharts"]}) == len(state["compareRunCharts"])


def test_the_tag_fits_into_mlflows_limit():
    assert len(leaderboard("fid")) < 5000


def test_the_path_names_the_view():
    assert comparison_path("7") == (
        "/#/experiments/7/runs?viewStateShareKey=leaderboard&compareRunsMode=CHART&workflowType=machine_learning"
    )


def test_the_installed_ui_knows_the_fields():
    scripts = Path(mlflow.__file__).parent / "server" / "js" / "build" / "static" / "js"
    (main,) = scripts.glob("main.*.js")
    source = main.read_text(encoding="utf-8")
    known = ("mlflow.sharedViewState.", "viewStateShareKey", "deflate;", "DIFFERENCE", "SHOW_ALL", "mlflow.runColor")
    fields = set(decode(leaderboard("fid"))) - {"searchFilter", "orderByKey", "orderByAsc"}
    assert [word for word in (*known, *fields) if word not in source] == []
