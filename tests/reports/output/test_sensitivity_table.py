from reports.output.sensitivity_table import SensitivityRow, sensitivity_rows
from reports.records.load import StudyRecords
from reports.statistics.proportion import wilson


def test_shares_stand_with_their_intervals(records: StudyRecords) -> None:
    rows = {row.variant: row for row in sensitivity_rows(records, ["dcgan", "gan-mlp", "wgan"])}
    # Trial 0 has the paper's settings; of the two random ones, 41 is the best and 52 is not within 10 % of it.
    half = wilson(1, 2)
    assert rows["dcgan"].near_best == f"50 % ({100 * half.low:.0f} % to {100 * half.high:.0f} %)"
    assert (rows["dcgan"].random_trials, rows["dcgan"].trials, rows["dcgan"].values) == (2, 3, (0.5, 0.0))
    none = wilson(0, 3)
    assert rows["dcgan"].diverged == f"0 % (0 % to {100 * none.high:.0f} %)"
    assert rows["gan-mlp"].values[1] == 1.0
    assert "wgan" not in rows
    assert all(isinstance(row, SensitivityRow) for row in rows.values())
