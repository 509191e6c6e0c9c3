"""Counts, time left, and how they are told."""

import pytest
from counted import Clock, at, record, run, small_spec

from benchmark.race.race import race
from benchmark.race.rules import Rules
from benchmark.records import RungRecord, State
from benchmark.study.tally import Tally, duration, race_line


@pytest.fixture
def tally(clock: Clock) -> Tally:
    counted = Tally()
    counted.plan(small_spec(), ["dcgan", "wgan"])
    return counted


def test_runs_are_trials_and_final_runs_of_all_variants(tally: Tally) -> None:
    assert tally.runs == 2 * (3 + 2)
    assert tally.done == 0
    assert tally.summary == "0 of 10 runs, 0 s gone"


def test_states_and_best_scores_are_counted_by_variant(tally: Tally) -> None:
    tally.plan(small_spec(trials=4), ["dcgan", "wgan"])
    states: list[tuple[State, float]] = [("complete", 30.0), ("complete", 20.0), ("pruned", 1.0), ("diverged", 1.0)]
    for number, (state, fid) in enumerate(states):
        tally.end(record(run(number=number), fid, state))
    tally.end(record(run("wgan"), 25.0))
    tally.end(record(run("dcgan", "final"), 5.0))
    dcgan, wgan = tally.variants["dcgan"], tally.variants["wgan"]
    assert dcgan.states == {"complete": 2, "pruned": 1, "diverged": 1}
    # Scores of final runs are on another split, and pruned trials have none.
    assert (dcgan.best, wgan.best) == (20.0, 25.0)
    assert len(dcgan.finals) == 1
    assert tally.done == 6
    assert tally.summary == "6 of 12 runs, 0 s gone, best FID 20 (dcgan)"


def test_a_run_on_its_way_counts_by_its_share_of_steps(tally: Tally) -> None:
    tally.start(run())
    assert tally.done == 0
    tally.score(run(), RungRecord(50, {"fid": 9.0}, "a.png"))
    assert tally.done == 0.5
    assert tally.variants["dcgan"].running["dcgan-trial-0000"].step == 50
    tally.end(record(run()))
    assert tally.done == 1
    assert tally.variants["dcgan"].running == {}


def test_every_final_run_that_ended_is_done_whatever_its_state(tally: Tally) -> None:
    tally.end(record(run(kind="final"), state="diverged"))
    tally.end(record(run(kind="final", number=1), state="failed"))
    assert tally.done == 2


def test_an_interrupted_run_is_still_to_be_made(tally: Tally) -> None:
    tally.start(run())
    tally.end(record(run(), state="interrupted"))
    assert tally.done == 0
    assert tally.variants["dcgan"].running == {}
    assert tally.summary.endswith(", 1 interrupted")


def test_a_run_that_steps_counts_between_rungs_too(tally: Tally) -> None:
    tally.start(run())
    tally.step([at(run(), 37, (0.5, -0.25))])
    assert tally.done == pytest.approx(0.37)
    running = tally.variants["dcgan"].running["dcgan-trial-0000"]
    assert (running.step, running.outputs) == (37, (0.5, -0.25))
    tally.end(record(run()))
    tally.step([at(run(), 99)])  # told before its end, heard after it
    assert tally.variants["dcgan"].running == {}
    assert tally.done == 1


def test_candidates_that_are_to_come_are_counted(clock: Clock) -> None:
    spec = small_spec()
    spec = spec.model_copy(update={"final": spec.final.model_copy(update={"candidates": 2, "candidate_seeds": 3})})
    counted = Tally()
    counted.plan(spec, ["dcgan"])
    assert counted.runs == 3 + 2 * 3 + 2
    counted.end(record(run(kind="candidate")))
    assert (counted.done, counted.runs) == (1, 11)
    counted.end(record(run(kind="final")))  # there was less to choose from
    assert counted.runs == 3 + 1 + 2


def test_time_left_is_known_from_steps_before_any_run_has_ended(tally: Tally, clock: Clock) -> None:
    tally.start(run())
    clock.now += 8  # imports, which say nothing of the pace
    tally.step([at(run(), 0)])
    assert tally.seconds_left is None
    clock.now += 5
    tally.step([at(run(), 50)])
    # Half a run in 5 s; 9.5 of 10 are left, one at a time.
    assert tally.seconds_left == pytest.approx(95)
    assert tally.summary == "0 of 10 runs, 13 s gone, about 1 min 35 s left"


def test_two_workers_take_half_the_time(tally: Tally, clock: Clock) -> None:
    for variant in ("dcgan", "wgan"):
        tally.start(run(variant))
        tally.step([at(run(variant), 0)])
    clock.now += 5
    for variant in ("dcgan", "wgan"):
        tally.step([at(run(variant), 50)])
    assert tally.seconds_left == pytest.approx(9 * 10 / 2)


def test_members_of_a_cohort_share_their_process(tally: Tally, clock: Clock) -> None:
    members = [run(number=number) for number in range(2)]
    for member in members:
        tally.start(member)
    tally.step([at(member, 0) for member in members])
    clock.now += 10
    tally.step([at(member, 50) for member in members])
    # Two halves in 10 s: a run takes 10 s of a process, and nine are left.
    assert tally.seconds_left == pytest.approx(90)


def test_each_variant_is_counted_with_what_its_own_runs_take(tally: Tally, clock: Clock) -> None:
    tally.start(run())
    tally.step([at(run(), 0)])
    clock.now += 5
    tally.end(record(run(), seconds=4))  # and a second for scores
    tally.start(run("wgan"))
    clock.now += 20
    tally.end(record(run("wgan"), seconds=16))
    # 25 s of one process in 25 s; four runs of 5 s and four of 20 s are left.
    assert tally.seconds_left == pytest.approx(4 * 5 + 4 * 20)


def test_earlier_sittings_tell_what_runs_take_but_not_the_pace(tally: Tally, clock: Clock) -> None:
    for number in range(2):
        tally.end(record(run(number=number), seconds=4))
    clock.now += 50
    tally.start(run(number=2))
    tally.step([at(run(number=2), 0)])
    clock.now += 5
    tally.step([at(run(number=2), 50)])
    # 2.5 s of a process in 5 s; 7.5 runs of 5 s are left.
    assert tally.seconds_left == pytest.approx(7.5 * 5 * 2)


def test_the_race_is_likely_to_ask_for_more(clock: Clock) -> None:
    counted = Tally()
    counted.plan(small_spec(most_seeds=8, trials=1), ["a", "b", "c", "d"])
    counted.start(run("a"))
    counted.step([at(run("a"), 0)])
    clock.now += 10
    counted.step([at(run("a"), 100)])
    # Looks at 2, 3, 4, 6 and 8 seeds: 2.83 get one more, 2 get one more, then 1.41 is nobody who needs any.
    to_come = 4 / 2**0.5 + 2
    assert counted.runs == 4 * 3
    assert counted.seconds_left == pytest.approx(10 * (4 * 3 - 1 + to_come))
    # Whoever won: nothing is to come.
    won = race({"a": [1.0, 1.01], "b": [900.0, 910.0], "c": [900.0, 910.0], "d": [900.0, 910.0]}, Rules.fixed(2))
    for name in "abcd":
        for number in range(2):
            counted.end(record(run(name, "final", number), seconds=8))
    counted.look(won)
    assert counted.seconds_left == pytest.approx(10 * 3)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (42.4, "42 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.7, "1 h 00 min"),
        (7800, "2 h 10 min"),
        (90_061, "25 h 01 min"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_repeated_searches_are_counted_as_far_as_the_race_wants_them(tally: Tally) -> None:
    spec = small_spec()
    budget = spec.budget.model_copy(update={"searches": 4})
    tally.plan(spec.model_copy(update={"budget": budget}), ["dcgan", "wgan"])
    assert tally.unit == "search"
    # Two searches each of three trials and two final runs.
    assert tally.runs == 2 * 2 * (3 + 2)
    tally.look(race({"dcgan": [10.0, 10.1], "wgan": [10.05, 10.2]}, Rules(2, 4)))
    assert tally.runs == 2 * 3 * (3 + 2)
    assert tally.variants["wgan"].searches == 3


def test_a_line_of_the_race_names_what_races() -> None:
    found = race({"dcgan": [10.0, 10.1], "wgan": [10.05, 10.2]}, Rules(2, 4))
    assert race_line(found) == "race: 2 of 2 left after 2 seeds; those left get 3"
    assert race_line(found, "search") == "race: 2 of 2 left after 2 searches; those left get 3"
