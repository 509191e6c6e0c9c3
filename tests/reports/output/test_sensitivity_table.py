import math
from collections.abc import Callable
from dataclasses import replace

from benchmark.records import TrialRecord
from reports.output.sensitivity_table import SensitivityRow, sensitivity_rows
from reports.records.load import StudyRecords
from reports.statistics.proportion import wilson


def test_shares_stand_with_their_intervals(records: StudyRecords) -> None:
    rows = {row.variant: row for row in sensitivity_rows(records, ["dcgan", "gan-mlp", "wgan"])}
    # Trial 0 has the paper's settings; two random ones tell nothing.
    assert rows["dcgan"].near_best == "\N{EN DASH}"
    assert (rows["dcgan"].random_trials, rows["dcgan"].trials, rows["dcgan"].values[1]) == (2, 3, 0.0)
    assert math.isnan(rows["dcgan"].values[0])
    none = wilson(0, 3)
    assert rows["dcgan"].diverged == f"0 % (0 % to {100 * none.high:.0f} %)"
    assert rows["gan-mlp"].values[1] == 1.0
    assert "wgan" not in rows
    assert all(isinstance(row, SensitivityRow) for row in rows.values())


def test_ten_random_trials_have_a_share(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    # Trial 0 is the paper's; of ten at random 40, 41, 42, 43 and 44 are within 10 % of 40.
    found = in_memory([make_record("dcgan", "trial", n, 39.0 + n if n else 80.0) for n in range(11)])
    sampler = found.spec.sampler.model_copy(update={"kind": "random"})
    drawn = replace(found, spec=found.spec.model_copy(update={"sampler": sampler}))
    (row,) = sensitivity_rows(drawn, ["dcgan"])
    half = wilson(5, 10)
    assert row.near_best == f"50 % ({100 * half.low:.0f} % to {100 * half.high:.0f} %)"
    # With TPE only its first batch is at random, and nothing diverged: there is nothing to show.
    assert sensitivity_rows(found, ["dcgan"]) == []
