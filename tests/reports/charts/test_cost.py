"""Quality against time: a dot a variant, names where there is room."""

from collections.abc import Callable

import pandas as pd

from benchmark.records import TrialRecord
from reports.charts.cost import cost_chart
from reports.records.load import StudyRecords


def board(**rows: tuple[float, float, float, float]) -> pd.DataFrame:
    """Mean, lower and upper end of its interval, and seconds of each variant."""
    columns = ["fid_mean", "fid_low", "fid_high", "train_seconds"]
    frame = pd.DataFrame([(name, *row) for name, row in rows.items()], columns=["variant", *columns])
    return frame.assign(seeds=3)


def test_dots_are_the_board_s_and_unmeasured_variants_have_none(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("a", "final", 0, 40.0)])
    rows = board(a=(40.0, 35.0, 45.0, 10.0), b=(80.0, 70.0, 90.0, 20.0), c=(1.0, 1.0, 1.0, float("nan")))
    data = cost_chart(records, rows).data.set_index("variant")
    assert list(data.index) == ["a", "b"]
    assert data.loc["a", ["mean", "low", "high", "seconds"]].tolist() == [40.0, 35.0, 45.0, 10.0]
    assert data["label"].tolist() == ["a", "b"]


def test_a_bar_ends_at_half_of_the_lowest_mean_and_a_crowded_name_is_left_out(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("a", "final", 0, 40.0)])
    rows = board(a=(40.0, 1.0, 45.0, 10.0), b=(40.1, 30.0, 50.0, 10.0), c=(400.0, 300.0, 500.0, 100.0))
    data = cost_chart(records, rows).data.set_index("variant")
    assert data["bottom"].to_dict() == {"a": 20.0, "b": 30.0, "c": 300.0}
    assert data["label"].to_dict() == {"a": "a", "b": "", "c": "c"}
