"""From records of final runs to the race."""

from collections.abc import Sequence
from math import inf

import pytest
from searches import PROTOCOL

from benchmark.race.race import race
from benchmark.race.rules import Rules
from benchmark.records import Kind, RungRecord, State, TrialConfig, TrialRecord
from benchmark.study.final_race import FinalRace

RULES = Rules(seeds=3, most_seeds=12)


def run(variant: str, number: int, fid: float, state: State = "complete", kind: Kind = "final") -> TrialRecord:
    rungs = (RungRecord(20, {"fid": fid, "kid": -fid}, "b.png"),)
    return TrialRecord(TrialConfig(variant, kind, number, number, {}), state, PROTOCOL, rungs)


def runs(variant: str, *fids: float, kind: Kind = "final") -> list[TrialRecord]:
    return [run(variant, number, fid, kind=kind) for number, fid in enumerate(fids)]


def raced(records: Sequence[TrialRecord], rules: Rules = RULES) -> FinalRace:
    found = FinalRace(rules, "fid")
    found.take(records)
    return found


def told(found: FinalRace) -> str:
    """All that came out, to the last digit; as text, where NaN is NaN."""
    return repr(found.result())


def test_nobody_in_it_is_no_race() -> None:
    assert raced([]).result() is None


def test_scores_are_raced_by_seed_number_whatever_the_order_of_the_records() -> None:
    records = runs("good", 10.0, 11.0, 10.5) + runs("bad", 90.0, 95.0, 99.0)
    expected = race({"bad": [90.0, 95.0, 99.0], "good": [10.0, 11.0, 10.5]}, RULES)  # by name
    for order in (records, records[::-1], records[1::2] + records[::2]):
        assert told(raced(order)) == repr(expected)
    assert expected.contenders == ("good",)
    assert expected.verdicts["bad"].sent_out_by == "good"


def test_the_paper_s_settings_race_beside_the_found_ones() -> None:
    found = raced(runs("dcgan", 10.0, 11.0, 10.5) + runs("dcgan", 90.0, 95.0, 99.0, kind="paper")).result()
    assert found is not None
    assert found.contenders == ("dcgan",)
    assert set(found.verdicts) == {"dcgan", "dcgan (paper)"}


def test_only_the_ranking_score_counts() -> None:
    other = FinalRace(Rules(3, 12, margin=0.5, scale="difference"), "kid")
    other.take(runs("good", 10.0, 11.0, 10.5) + runs("bad", 90.0, 95.0, 99.0))
    result = other.result()
    assert result is not None
    assert result.best == "bad"  # its KID is -90 and below


def test_a_run_that_diverged_counts_as_infinite() -> None:
    records = [*runs("good", 10.0, 11.0, 10.5), *runs("wild", 9.0, 9.5), run("wild", 2, 1.0, "diverged")]
    assert told(raced(records)) == repr(race({"good": [10.0, 11.0, 10.5], "wild": [9.0, 9.5, inf]}, RULES))


def test_who_has_a_run_whose_code_raised_does_not_race() -> None:
    records = [*runs("good", 10.0, 11.0, 10.5), *runs("unlucky", 1.0, 1.1), run("unlucky", 2, 1.0, "failed")]
    result = raced(records).result()
    assert result is not None
    assert set(result.verdicts) == {"good"}
    assert raced([run("unlucky", 0, 1.0, "failed")]).result() is None


def test_seeds_behind_a_missing_one_wait_for_it() -> None:
    one = runs("one", 10.0, 11.0, 10.5)
    gap = [run("two", 0, 10.2), run("two", 2, 10.4)]
    waiting = raced(one + gap)
    result = waiting.result()
    assert result is not None
    assert not result.finished
    assert result.needed == {"one": 3, "two": 3}
    waiting.take([run("two", 1, 10.9)])
    assert told(waiting) == repr(race({"one": [10.0, 11.0, 10.5], "two": [10.2, 10.9, 10.4]}, RULES))


@pytest.mark.parametrize(("fids", "needed"), [((10.0, 11.0, 10.5), 4), ((10.0, 11.0), 3)])
def test_it_tells_how_many_seeds_are_wanted(fids: tuple[float, ...], needed: int) -> None:
    result = raced(runs("one", *fids) + runs("two", *(fid + 0.1 for fid in fids))).result()
    assert result is not None
    assert set(result.needed.values()) == {needed}
