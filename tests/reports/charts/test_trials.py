"""Every trial as a dot, at what it is worth."""

import pandas as pd
import pytest

from reports.charts.trials import trials_chart


@pytest.fixture
def records(make_record, in_memory):
    entries = [make_record("dcgan", "trial", n, fid) for n, fid in enumerate([60.0, 40.0, 50.0])]
    entries += [make_record("dcgan", "trial", 3, 5.0, "pruned"), make_record("dcgan", "trial", 4, 1.0, "diverged")]
    return in_memory([*entries, make_record("dcgan", "final", 0, 1.0)])


def test_complete_pruned_and_diverged_trials_stand_where_they_are_worth(records) -> None:
    data = trials_chart(records, pd.DataFrame({"variant": ["dcgan"]})).data.set_index("number")
    pruned_at = 5 * 4**1.1  # at its first rung, below the median
    assert pruned_at < 50
    # The pruned one is no better than the median of the complete; the diverged one is noise, 1300.
    assert data["value"].to_dict() == {0: 60.0, 1: 40.0, 2: 50.0, 3: 50.0, 4: 1300.0}
    assert data["state"].tolist() == ["complete"] * 3 + ["pruned", "diverged"]


def test_the_paper_s_settings_stand_out_and_settings_are_told(records) -> None:
    chart = trials_chart(records, pd.DataFrame({"variant": ["dcgan"]}))
    colour = chart.spec["encoding"]["color"]
    assert colour["condition"]["test"] == "datum.number === 0"
    assert colour["condition"]["value"] != colour["value"]
    told = {each["field"] for each in chart.spec["encoding"]["tooltip"]}
    assert {"lr_generator", "beta1", "n_critic", "value", "state"} <= told
    assert "clip" not in told  # which no trial has
