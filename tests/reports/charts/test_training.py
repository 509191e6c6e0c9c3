"""Final runs through training."""

import pandas as pd
import pytest

from reports.charts.training import training_chart


def test_a_point_a_rung_of_each_final_run_and_none_of_trials(make_record, in_memory) -> None:
    finals = [make_record("dcgan", "final", n, 40.0) for n in (0, 1)]
    records = in_memory([make_record("dcgan", "trial", 0, 10.0), *finals])
    chart = training_chart(
        records, pd.DataFrame({"variant": ["dcgan"], "verdict": "contender", "seeds": 2, "trials": 1})
    )
    assert chart.data[["number", "step"]].to_numpy().tolist() == [
        [n, step] for n in (0, 1) for step in (250, 500, 1000)
    ]
    # A run comes down to its score from (1000 / step)^1.1 times as much.
    assert chart.data["fid"].tolist()[:3] == pytest.approx([40 * 4**1.1, 40 * 2**1.1, 40.0])
    assert chart.spec["encoding"]["y"]["field"] == "fid"
