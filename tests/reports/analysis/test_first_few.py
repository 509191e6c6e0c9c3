"""Whom charts name: those left in the race, at most six."""

import pandas as pd

from reports.analysis.first_few import first_few


def board(*verdicts: str, seeds: int = 6, trials: int = 8) -> pd.DataFrame:
    names = [f"v{n}" for n in range(len(verdicts))]
    return pd.DataFrame({"variant": names, "verdict": verdicts, "seeds": seeds, "trials": trials})


def test_contenders_alone_and_no_more_than_six() -> None:
    assert first_few(board("contender", "contender", "out")) == ["v0", "v1"]
    assert first_few(board(*["contender"] * 9)) == [f"v{n}" for n in range(6)]


def test_before_anybody_is_left_the_first_ones_with_a_score_and_then_with_a_trial() -> None:
    scored = board("untested", "untested", "untested").assign(seeds=[1, 1, 0])
    assert first_few(scored) == ["v0", "v1"]
    assert first_few(board("untested", "untested", seeds=0).assign(trials=[3, 0])) == ["v0"]
    assert first_few(board()) == []
