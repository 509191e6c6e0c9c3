import re
from collections.abc import Callable

import pandas as pd
import pytest

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.records.load import StudyRecords
from reports.text.headline import Headline, headline


@pytest.fixture
def say(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> Callable[[dict[str, list[float]]], Headline]:
    def of(finals: dict[str, list[float]]) -> Headline:
        entries = [make_record(v, "final", n, fid) for v, fids in finals.items() for n, fid in enumerate(fids)]
        records = in_memory(entries)
        return headline(records, leaderboard(records))

    return of


def test_a_clear_winner(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    found = say({"hinge": [100.0, 101.0, 102.0], "dcgan": [40.0, 41.0, 42.0]})
    assert found.answer == "dcgan has the lowest FID of 2 variants"
    # Logarithms spread by 0.02440 and 0.00990: the error of their gap of 0.9017 is sqrt((0.02440^2 + 0.00990^2) / 3) =
    # 0.01520 with 2.642 degrees of freedom, whose quantile is 3.441; exp(0.9017 -+ 0.0523) = 2.338 and 2.596.
    assert found.details[0] == (
        "dcgan: FID 41.0 ± 1.0 over 3 seeds of 1\N{NARROW NO-BREAK SPACE}000 discriminator updates; hinge follows with "
        "101.0 ± 1.0, 2.46 times as high (95 % interval 2.34 to 2.60), and a run of dcgan scores lower than one of "
        "hinge with a probability of 100 % (34 % to 100 %)."
    )
    assert found.details[1].startswith("Every variant tested against it differs (Welch's t-test")
    assert len(found.details) == 2
    assert found.warnings == []


def test_a_tie_is_called_a_tie(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    found = say({"dcgan": [40.0, 44.0, 42.0], "hinge": [46.0, 43.0, 44.5], "wgan": [90.0, 91.0, 92.0]})
    assert found.answer == "dcgan and hinge cannot be told apart with 3 seeds"
    assert found.details[1].startswith("1 of 2 others can be told apart from dcgan (Welch's")
    assert re.search(r"not hinge; about \d+ seeds each would tell hinge from it", found.details[1])


def test_a_wide_tie_is_counted(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    found = say({name: [40.0 + i, 50.0 + i, 60.0 + i] for i, name in enumerate("abcde")})
    assert found.answer == "a leads, but 4 other variants cannot be told apart from it with 3 seeds"
    assert found.details[1].startswith("None of the 4 others can be told apart from a (Welch's")


def test_a_long_list_is_cut(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    tied = {name: [40.0 + i, 50.0 + i, 60.0 + i] for i, name in enumerate("abcdefghij")}
    found = say(tied | {"k": [90000.0, 90001.0, 90002.0]})
    assert found.details[1].startswith("1 of 10 others can")
    assert "not b, c, d, e, f and 4 more; " in found.details[1]


def test_equal_scores_have_no_leader(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    found = say({name: [1.0, 1.0, 1.0] for name in "abc"})
    assert found.answer == "All 3 variants have the same FID: 1"
    assert "no number of seeds up to" in found.details[1]


def test_single_seeds_rank_nothing(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    found = say({"dcgan": [40.0], "hinge": [90.0]})
    assert found.answer == "dcgan has the lowest FID, but single seeds cannot rank variants"
    assert found.details[1].startswith("There is no telling how sure this is")
    assert found.warnings == [
        "dcgan and hinge: 2 of 3 final runs missing; single seed: no interval, its place may be chance."
    ]


def test_one_single_seed_does_not_spoil_the_rest(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    found = say({"dcgan": [40.0, 41.0, 42.0], "hinge": [90.0, 91.0, 92.0], "wgan": [99.0]})
    assert found.answer == "dcgan has the lowest FID of 3 variants"
    assert found.details[1].endswith("; not tested, for want of a second seed: wgan.")


def test_one_variant_has_no_rival(say: Callable[[dict[str, list[float]]], Headline]) -> None:
    assert say({"dcgan": [40.0, 41.0, 42.0]}).answer.startswith("Only dcgan has final runs")


def test_what_is_missing_is_said(records: StudyRecords, board: pd.DataFrame) -> None:
    found = headline(records, board)
    assert found.answer == "dcgan and hinge cannot be told apart with 3 seeds"
    assert "wgan-gp: 1 of 3 final runs diverged." in found.warnings
    assert "wgan: not started." in found.warnings


def test_without_finals_nothing_is_ranked(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 50.0)])
    assert headline(records, leaderboard(records)).answer == "Nothing can be ranked yet: no final run, 1 complete trial"
    lost = in_memory([make_record("dcgan", "trial", n, 50.0, "diverged") for n in range(2)])
    found = headline(lost, leaderboard(lost))
    assert found.answer == "No run was completed, so there is nothing to compare"
    assert found.details == ["Of 2 runs that ended: 2 diverged."]
