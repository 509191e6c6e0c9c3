"""Importances as cells, in the order of the board."""

import pandas as pd
import pytest

from reports.charts import importance
from reports.records.load import StudyRecords

SHARES = pd.DataFrame(
    [("wgan", "clip", 0.75, 40), ("wgan", "n_critic", 0.25, 40), ("dcgan", "beta1", 1.0, 33)],
    columns=["variant", "hyperparameter", "importance", "trials"],
)


def test_a_cell_a_share_and_a_row_a_variant_that_has_any(in_memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importance, "importances", lambda records: SHARES)
    records: StudyRecords = in_memory([])
    chart = importance.importance_chart(records, pd.DataFrame({"variant": ["dcgan", "hinge", "wgan"]}))
    pd.testing.assert_frame_equal(chart.data, SHARES)
    assert chart.spec["encoding"]["y"]["sort"] == ["dcgan", "wgan"]
    assert chart.spec["height"] == 60 + 2 * 26
    # Ink is white on the dark cells alone.
    (condition,) = [layer["encoding"]["color"] for layer in chart.spec["layer"] if layer["mark"]["type"] == "text"]
    assert condition["condition"] == {"test": "datum.importance > 0.45", "value": "#ffffff"}


def test_too_few_trials_are_no_chart(make_record, in_memory) -> None:
    records = in_memory([make_record("dcgan", "trial", n, 40.0 + n) for n in range(5)])
    assert importance.importance_chart(records, pd.DataFrame({"variant": ["dcgan"]})).data.empty
