import base64
import json
import zlib
from pathlib import Path

import mlflow
import pytest

from benchmark.records import CURVES
from benchmark.tracking.view import (
    comparison_path,
    decode,
    encode,
    finals_path,
    finals_view,
    leaderboard,
    search_path,
    search_view,
    usual_scores,
)


def test_the_format_is_that_of_the_share_button():
    text = encode({"orderByAsc": True})
    assert text.startswith("deflate;")
    assert json.loads(zlib.decompress(base64.b64decode(text[8:]))) == {"orderByAsc": True}
    assert decode(text) == {"orderByAsc": True}


@pytest.mark.parametrize(("objective", "ascending"), [("fid", True), ("kid", True), ("recall", False)])
def test_the_leaderboard_is_sorted_by_the_objective_best_first(objective, ascending):
    state = decode(leaderboard(objective, "test"))
    assert (state["orderByKey"], state["orderByAsc"]) == (f"metrics.`test/{objective}`", ascending)
    assert state["selectedColumns"][:3] == ["tags.`verdict`", "tags.`factor`", f"metrics.`test/{objective}`"]
    assert state["columnOrder"] == state["selectedColumns"]
    assert {"metrics.`test/fid`", "metrics.`test/precision`"} <= set(state["selectedColumns"])


def test_the_leaderboard_has_the_usual_scores_that_can_be_better_or_worse():
    names = ("fid", "inception_score", "kid", "precision", "recall", "precision_recall_f_score")
    assert usual_scores() == names
    first, low, high, *others = decode(leaderboard("fid", "test"))["selectedColumns"][2:]
    assert [first, *others] == [f"metrics.`test/{name}`" for name in names]
    assert (low, high) == ("metrics.`test_low/fid`", "metrics.`test_high/fid`")


def test_every_chart_lies_in_a_section_and_the_scores_are_bars():
    state = decode(leaderboard("fid", "test"))
    sections = {section["uuid"] for section in state["compareRunSections"]}
    assert {chart["metricSectionId"] for chart in state["compareRunCharts"]} <= sections
    shown = [chart for chart in state["compareRunCharts"] if not chart["deleted"]]
    bars = [chart["metricKey"] for chart in shown if chart["type"] == "BAR"]
    assert bars[:3] == ["test/fid", "test/inception_score", "test/kid"]
    assert len({chart["uuid"] for chart in state["compareRunCharts"]}) == len(state["compareRunCharts"])


def test_the_tag_fits_into_mlflows_limit():
    assert len(leaderboard("fid", "test")) < 5000


def test_the_path_names_the_view():
    assert comparison_path("7") == (
        "/#/experiments/7/runs?viewStateShareKey=leaderboard&compareRunsMode=CHART&workflowType=machine_learning"
    )


def test_the_installed_ui_knows_the_fields():
    scripts = Path(mlflow.__file__).parent / "server" / "js" / "build" / "static" / "js"
    (main,) = scripts.glob("main.*.js")
    source = main.read_text(encoding="utf-8")
    known = ("mlflow.sharedViewState.", "viewStateShareKey", "deflate;", "DIFFERENCE", "SHOW_ALL", "mlflow.runColor")
    fields = set(decode(leaderboard("fid", "test"))) - {"searchFilter", "orderByKey", "orderByAsc"}
    assert [word for word in (*known, *fields) if word not in source] == []


NAMES = ("lr_generator", "lr_discriminator", "beta1")


def test_the_search_view_has_all_trials_with_hyperparameters_and_the_objective():
    state = decode(search_view("kid", NAMES, "validation"))
    assert state["searchFilter"] == "tags.kind = 'trial'"
    assert state["orderByKey"] == "metrics.`validation/kid`"
    charts = {chart["uuid"]: chart for chart in state["compareRunCharts"]}
    # Some variants have no beta1, and MLflow would leave them out.
    assert charts["parallel"]["selectedParams"] == ["lr_generator", "lr_discriminator"]
    assert charts["parallel"]["selectedMetrics"] == ["validation/kid"]
    axes = [charts["contour"][axis]["key"] for axis in ("xaxis", "yaxis", "zaxis")]
    assert axes == ["lr_generator", "lr_discriminator", "validation/kid"]
    assert {f"scatter-{name}" for name in NAMES} | {f"train/{name}" for name in CURVES} | {
        "eval_validation/kid"
    } <= charts.keys()
    sections = {section["uuid"] for section in state["compareRunSections"]}
    assert {chart["metricSectionId"] for chart in charts.values()} == sections


def test_the_view_of_final_runs_has_every_seed_above_its_variant_and_what_that_is_made_of():
    state = decode(finals_view("kid", "test"))
    assert (state["searchFilter"], state["orderByKey"]) == ("tags.kind = 'final'", "metrics.`test/kid`")
    charts = {chart["uuid"]: chart for chart in state["compareRunCharts"]}
    for name in ("variant", "loss", "architecture", "penalty"):
        assert charts[f"scatter-{name}"]["xaxis"] == {"key": name, "type": "PARAM"}
        assert charts[f"scatter-{name}"]["yaxis"] == {"key": "test/kid", "type": "METRIC"}
    assert charts["eval_test/kid"]["type"] == "LINE"
    sections = {section["uuid"] for section in state["compareRunSections"]}
    assert {chart["metricSectionId"] for chart in charts.values()} == sections
    assert len(finals_view("fid", "test")) < 5000
    assert "viewStateShareKey=finals" in finals_path("7")


def test_a_search_of_nothing_has_neither_contour_nor_parallel_coordinates():
    kinds = {chart["type"] for chart in decode(search_view("fid", (), "validation"))["compareRunCharts"]}
    assert kinds == {"LINE"}


def test_the_search_view_fits_too_and_has_a_path():
    assert len(search_view("fid", ("lr_generator", "lr_discriminator", *"abcdefgh"), "validation")) < 5000
    assert "viewStateShareKey=search" in search_path("7")


def test_the_installed_ui_knows_the_fields_of_charts():
    scripts = Path(mlflow.__file__).parent / "server" / "js" / "build" / "static" / "js"
    source = "".join(path.read_text(encoding="utf-8") for path in scripts.glob("main.*.js"))
    fields = {field for chart in decode(search_view("fid", NAMES, "validation"))["compareRunCharts"] for field in chart}
    assert [word for word in sorted(fields) if word not in source] == []
