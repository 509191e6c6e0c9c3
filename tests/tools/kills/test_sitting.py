"""Ten kills of a tiny study: it comes to the same, and nobody is left behind. `make kills` makes a hundred."""

import signal
from itertools import islice
from pathlib import Path

import pytest

from tools.kills.__main__ import disturb
from tools.kills.plan import plan

KILLS, SEED = 10, 15


@pytest.mark.long
def test_a_study_that_is_ended_ten_times_comes_to_the_same(tmp_path: Path) -> None:
    account, differences = disturb(tmp_path, KILLS, SEED)
    assert differences == []
    assert account.wrong == []
    assert account.left == []
    assert account.kills == KILLS


def test_its_kills_are_of_both_signals_and_all_victims() -> None:
    kills = list(islice(plan(SEED, 1.0), KILLS))
    assert {kill.signal for kill in kills} == {signal.SIGKILL, signal.SIGTERM}
    assert {kill.victim for kill in kills} == {"parent", "worker", "all"}
