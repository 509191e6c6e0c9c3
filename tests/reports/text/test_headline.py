from collections.abc import Callable

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.records.load import StudyRecords
from reports.text.headline import headline


def test_what_is_missing_is_said(records: StudyRecords, board: pd.DataFrame) -> None:
    found = headline(records, board)
    assert found.answer == (
        "The race is not over: of 3 variants raced dcgan and hinge are left so far, after 6 seeds; lsgan and wgan are "
        "still to come"
    )
    assert "wgan-gp: 1 of 6 final runs diverged." in found.warnings
    assert "wgan: not started." in found.warnings


def test_without_finals_nothing_is_said(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 50.0)])
    found = headline(records, leaderboard(records))
    assert found.answer == "Nothing can be said yet: no final run, 1 complete trial"
    assert found.details == ["Only final runs, with fresh seeds on the test split, race; the search below is not one."]
    lost = in_memory([make_record("dcgan", "trial", n, 50.0, "diverged") for n in range(2)])
    found = headline(lost, leaderboard(lost))
    assert found.answer == "No run was completed, so there is nothing to use"
    assert found.details == ["Of 2 runs that ended: 2 diverged."]
