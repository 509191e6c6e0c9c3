"""Quality against time and parameters: a dot a variant, the front, names where there is room."""

from collections.abc import Callable

import pandas as pd

from benchmark.records import TrialRecord
from reports.charts.cost import cost_chart, size_chart
from reports.records.load import StudyRecords


def board(**rows: tuple[float, float, float, float]) -> pd.DataFrame:
    """Mean, lower and upper end of its interval, and seconds of each variant."""
    columns = ["centre", "centre_low", "centre_high", "train_seconds"]
    frame = pd.DataFrame([(name, *row) for name, row in rows.items()], columns=["variant", *columns])
    return frame.assign(
        seeds=3, generator_parameters=50.0, discriminator_parameters=[10.0 - n for n in range(len(frame))]
    )


def test_dots_are_the_board_s_and_unmeasured_variants_have_none(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("a", "final", 0, 40.0)])
    rows = board(a=(40.0, 35.0, 45.0, 10.0), b=(80.0, 70.0, 90.0, 20.0), c=(1.0, 1.0, 1.0, float("nan")))
    data = cost_chart(records, rows).data.set_index("variant")
    assert list(data.index) == ["a", "b"]
    assert data["front"].to_dict() == {"a": "yes", "b": "no"}
    assert data.loc["a", ["mean", "low", "high", "cost"]].tolist() == [40.0, 35.0, 45.0, 10.0]
    assert data["label"].tolist() == ["a", "b"]


def test_a_bar_ends_at_half_of_the_lowest_mean_and_a_crowded_name_is_left_out(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("a", "final", 0, 40.0)])
    rows = board(a=(40.0, 1.0, 45.0, 10.0), b=(40.1, 30.0, 50.0, 10.0), c=(400.0, 300.0, 500.0, 100.0))
    data = cost_chart(records, rows).data.set_index("variant")
    assert data["bottom"].to_dict() == {"a": 20.0, "b": 30.0, "c": 300.0}
    assert data["label"].to_dict() == {"a": "a", "b": "", "c": "c"}


def test_the_front_is_of_those_that_nobody_dominates_and_is_named(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("a", "final", 0, 40.0)])
    rows = board(a=(40.0, 35.0, 45.0, 10.0), b=(80.0, 70.0, 90.0, 2.0), c=(81.0, 70.0, 90.0, 3.0))
    by_time, by_size = cost_chart(records, rows), size_chart(records, rows)
    # c is slower and worse than b; of parameters it has the fewest, then b, then a.
    assert by_time.data.set_index("variant")["front"].to_dict() == {"a": "yes", "b": "yes", "c": "no"}
    assert set(by_size.data["front"]) == {"yes"}
    assert by_size.data.set_index("variant")["cost"].to_dict() == {"a": 60.0, "b": 59.0, "c": 58.0}
    assert "are the front: b and a." in by_time.key


def test_dominated_dots_are_hollow_and_the_line_goes_along_the_front(
    drawn, make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record(name, "final", 0, 40.0) for name in "abc"])
    rows = board(a=(40.0, 35.0, 45.0, 10.0), b=(80.0, 70.0, 90.0, 2.0), c=(81.0, 70.0, 90.0, 3.0))
    items = drawn(cost_chart(records, rows))
    symbols = [item for item in items if item["mark"] == "symbol"]
    assert [item.get("fill", "transparent") != "transparent" for item in symbols] == [True, True, False]
    assert len([item for item in items if item["mark"] == "line"]) == 2
