import re
from collections.abc import Callable
from itertools import pairwise

import pandas as pd
import pytest

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.charts import CHARTS, draw_charts
from reports.records.load import StudyRecords

NAMES = {"pairs", "cost", "size", "training", "budget-seconds", "budget-trials", "trials", "parallel"}


def test_every_chart_with_something_to_show_is_there(records: StudyRecords, board: pd.DataFrame) -> None:
    # Three trials a variant are too few for an importance.
    assert {chart.name for chart in draw_charts(records, board)} == NAMES


@pytest.mark.parametrize("chart", CHARTS)
def test_vega_lite_draws_it(chart, drawn, records: StudyRecords, board: pd.DataFrame) -> None:
    found = chart(records, board)
    assert found.data.empty or drawn(found)
    assert found.key.endswith(".")


@pytest.mark.parametrize("chart", CHARTS)
def test_its_colours_follow_the_page(chart, records: StudyRecords, board: pd.DataFrame) -> None:
    spec = str(chart(records, board).spec)
    # But for the ink on cells, whose ground is Vega's and the same on light and dark pages.
    literal = set(re.findall(r"#[0-9a-f]{6}", spec)) - {"#ffffff", "#1b1d21"}
    assert literal == set()


def test_a_highlighted_variant_stands_out(drawn, records: StudyRecords, board: pd.DataFrame) -> None:
    chart = next(chart for chart in draw_charts(records, board) if chart.name == "trials")
    plain = {item["opacity"] for item in drawn(chart) if item["mark"] == "symbol"}
    picked = [item["opacity"] for item in drawn(chart, highlight="hinge") if item["mark"] == "symbol"]
    assert plain == {0.55}
    assert sorted(set(picked)) == [0.1, 1.0]
    assert picked.count(1.0) == 3  # its trials


def test_charts_of_one_variant_show_the_best_or_the_highlighted(
    drawn, records: StudyRecords, board: pd.DataFrame
) -> None:
    chart = next(chart for chart in draw_charts(records, board) if chart.name == "parallel")
    best, other = (points(drawn(chart, **params)) for params in ({}, {"highlight": "wgan-gp"}))
    # Both have three complete trials, of one hyperparameter that varies and a score.
    assert len(best) == len(other) == 3 * 2
    assert best != other


def points(items: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(item.get("x"), item.get("y")) for item in items if item["mark"] == "symbol"]


def test_an_empty_study_has_no_charts(in_memory: Callable[[list[TrialRecord]], StudyRecords]) -> None:
    records = in_memory([])
    assert draw_charts(records, leaderboard(records)) == []


def test_budget_curves_are_thinned_but_keep_their_ends(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", n, 50.0 + n) for n in range(500)])
    chart = next(c for c in draw_charts(records, leaderboard(records)) if c.name == "budget-trials")
    trials = chart.data["trials"].tolist()
    assert len(trials) <= 60
    assert trials[:3] == [1, 2, 3]
    assert trials[-1] == 500
    assert chart.data["expected"].iloc[-1] == 50.0
    assert all(one > other for one, other in pairwise(chart.data["expected"]))


def test_parallel_coordinates_place_values_between_the_ends_of_all_variants(
    drawn, records: StudyRecords, board: pd.DataFrame
) -> None:
    chart = next(chart for chart in draw_charts(records, board) if chart.name == "parallel")
    complete = records.runs[records.runs["kind"].eq("trial") & records.runs["fid"].notna()]
    # hinge and lsgan have two and one, too few to show.
    rates = complete.loc[complete["variant"].isin(("dcgan", "wgan-gp")), "lr_generator"]
    assert set(chart.data["variant"]) == {"dcgan", "wgan-gp"}
    labels = {item["text"] for item in drawn(chart) if item["mark"] == "text"}
    assert {f"{rates.min():.3g}", f"{rates.max():.3g}"} <= labels
    assert chart.data["number"].groupby(chart.data["variant"]).count()["dcgan"] == 3


def test_pairs_stand_both_ways(records: StudyRecords, board: pd.DataFrame) -> None:
    chart = next(chart for chart in draw_charts(records, board) if chart.name == "pairs")
    cells = chart.data.set_index(["variant", "other"])
    there, back = cells.loc[("dcgan", "hinge")], cells.loc[("hinge", "dcgan")]
    # dcgan 40, 41, 42, 42, 43, 44 against hinge 43, 44, 44.5, 44.5, 45, 46: 43 and 44 tie once, 44 loses to 43 once.
    assert there["wins"] == pytest.approx(34 / 36)
    assert back["wins"] == pytest.approx(2 / 36)
    hinge, dcgan = 43 * 44 * 44.5**2 * 45 * 46, 40 * 41 * 42**2 * 43 * 44
    assert there["effect"] == pytest.approx((hinge / dcgan) ** (1 / 6))
    assert (there["low"], there["high"]) == pytest.approx((1 / back["high"], 1 / back["low"]))
    assert there["text"].startswith("94")
    assert cells.loc[("dcgan", "wgan-gp"), "text"] == "100*"


def test_names_in_a_crowd_are_left_out_but_for_the_best(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    # All take as long; the second lies next to the first, the third far above.
    fids = {"a": 40.0, "b": 40.5, "c": 90.0}
    records = in_memory([make_record(name, "final", n, fid + n) for name, fid in fids.items() for n in range(3)])
    chart = next(c for c in draw_charts(records, leaderboard(records)) if c.name == "cost")
    assert chart.data.set_index("variant")["label"].to_dict() == {"a": "a", "b": "", "c": "c"}


def test_a_bar_that_nearly_reaches_zero_does_not_press_the_rest_together(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    finals = {"a": [40.0, 41.0, 42.0], "b": [20.0, 60.0, 90.0]}
    records = in_memory([make_record(v, "final", n, fid) for v, own in finals.items() for n, fid in enumerate(own)])
    chart = next(c for c in draw_charts(records, leaderboard(records)) if c.name == "cost")
    rows = chart.data.set_index("variant")
    # Of three logarithms the interval of b goes from 7 to 350.
    assert rows.loc["b", "low"] < 8
    assert rows.loc["b", "bottom"] == pytest.approx((40 * 41 * 42) ** (1 / 3) / 2)  # half of the lowest mean
    assert rows.loc["a", "bottom"] == rows.loc["a", "low"] > 30
