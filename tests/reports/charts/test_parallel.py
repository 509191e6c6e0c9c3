"""Axes of parallel coordinates: which there are, and where a value stands on them."""

import math
from dataclasses import replace

import pandas as pd

from benchmark.records import TrialRecord
from reports.charts.parallel import parallel_chart

BOARD = pd.DataFrame({"variant": ["dcgan"]})


def with_settings(entry: TrialRecord, **settings: float) -> TrialRecord:
    config = replace(entry.config, hyperparameters=entry.config.hyperparameters | settings)
    return replace(entry, config=config)


def test_an_axis_a_hyperparameter_that_varies_and_the_score_last(make_record, in_memory) -> None:
    entries = [make_record("dcgan", "trial", n, 40.0 + n) for n in range(3)]
    rates, betas = (1e-4, 1e-3, 1e-2), (0.0, 0.5, 0.5)
    records = in_memory(
        [with_settings(e, lr_generator=r, beta1=b) for e, r, b in zip(entries, rates, betas, strict=True)]
    )
    chart = parallel_chart(records, BOARD)
    assert list(chart.data.columns) == ["variant", "number", "lr_generator", "beta1", "fid"]
    calculated = {t["as"]: t["calculate"] for t in chart.spec["layer"][0]["transform"] if "calculate" in t}
    # A hundredfold is on a logarithm; from 0 to 0.5 is not.
    low, high = math.log(1e-4), math.log(1e-2)
    assert calculated["at_lr_generator"] == (
        f'isValid(datum["lr_generator"]) ? (log(datum["lr_generator"]) - {low!r}) / {high - low!r} : null'
    )
    assert calculated["at_beta1"] == 'isValid(datum["beta1"]) ? (datum["beta1"] - 0.0) / 0.5 : null'
    ends = [(end["axis"], end["label"]) for end in chart.spec["layer"][1]["data"]["values"]]
    assert ends[-2:] == [("at_fid", "40"), ("at_fid", "42")]


def test_runs_that_all_have_one_score_and_no_setting_that_varies_are_no_chart(make_record, in_memory) -> None:
    records = in_memory([with_settings(make_record("dcgan", "trial", n, 40.0), lr_generator=1e-3) for n in range(3)])
    assert parallel_chart(records, BOARD).data.empty
