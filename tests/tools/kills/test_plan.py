from itertools import islice

from tools.kills.plan import MOST_WRITES, SIGNALS, VICTIMS, plan


def test_the_same_seed_makes_the_same_kills() -> None:
    kills = list(islice(plan(7, 30.0), 200))
    assert kills == list(islice(plan(7, 30.0), 200))
    assert kills != list(islice(plan(8, 30.0), 200))


def test_kills_are_of_every_sort_and_every_other_one_waits_for_a_write() -> None:
    kills = list(islice(plan(7, 30.0), 200))
    assert {(kill.victim, kill.signal) for kill in kills} == {(who, what) for who in VICTIMS for what in SIGNALS}
    assert all(0.0 <= kill.seconds <= 30.0 for kill in kills)
    assert all(kill.writes == 0 for kill in kills[::2])
    assert all(1 <= kill.writes <= MOST_WRITES for kill in kills[1::2])
    assert {kill.ends_the_command for kill in kills if kill.victim == "worker"} == {False}
    assert {kill.ends_the_command for kill in kills if kill.victim != "worker"} == {True}
