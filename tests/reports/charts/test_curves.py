"""Losses and outputs of the run that is shown."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from benchmark.records import TrialRecord
from reports.charts.curves import losses_chart, outputs_chart
from reports.records.load import StudyRecords

BOARD = pd.DataFrame({"variant": ["dcgan"]})


@pytest.fixture
def two(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]) -> StudyRecords:
    """Two final runs, of which the last is shown."""
    return in_memory([make_record("dcgan", "final", n, 40.0) for n in range(2)])


def test_only_the_shown_run_is_drawn(two: StudyRecords) -> None:
    data = losses_chart(two, BOARD).data
    shown = two.curves[(two.curves["number"] == 1) & (two.curves["curve"] == "loss_generator")]
    drawn = data[data["curve"] == "Generator loss"]
    assert drawn["step"].tolist() == shown["step"].tolist() == list(range(10, 1001, 10))
    assert drawn["value"].tolist() == shown["value"].tolist()


def test_losses_and_outputs_have_two_curves_each(two: StudyRecords) -> None:
    assert sorted(losses_chart(two, BOARD).data["curve"].unique()) == ["Discriminator loss", "Generator loss"]
    assert sorted(outputs_chart(two, BOARD).data["curve"].unique()) == ["D(G(z))", "D(x)"]


def test_long_curves_are_thinned(two: StudyRecords) -> None:
    points = [("dcgan", "final", 1, "loss_generator", step, float(step)) for step in range(1, 1001)]
    long = replace(two, curves=pd.DataFrame(points, columns=two.curves.columns))
    # Every seventh of 1000, since a sixth would be more than 150.
    assert losses_chart(long, BOARD).data["step"].tolist() == list(range(1, 1001, 7))
