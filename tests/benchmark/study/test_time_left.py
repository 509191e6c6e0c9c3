"""What runs take, and what is likely to come."""

import pytest
from counted import record, run

from benchmark.race.rules import Rules
from benchmark.study.time_left import Costs, Running, Work, in_batches, race_to_come, seconds_left, typical


def test_the_pace_of_a_run_is_taken_between_the_first_and_the_last_step_heard_of() -> None:
    running = Running(beside=2)
    assert running.seconds(300) is None
    running.hear(now=100.0, step=60)
    assert running.seconds(300) is None
    running.hear(now=103.0, step=90)
    running.hear(now=112.0, step=120)
    # 60 steps in 12 s by a process that trains two.
    assert running.seconds(300) == 300 * 12 / 60 / 2


def test_whole_runs_and_those_that_may_be_pruned_are_kept_apart() -> None:
    costs = Costs()
    assert costs.of("trial") is None
    costs.take(record(run(), seconds=0))
    assert costs.of("trial") is None  # a record without times
    costs.take(record(run(), seconds=8))
    assert (costs.of("trial"), costs.of("final")) == (10, 10)
    costs.take(record(run(number=1), seconds=4, state="pruned"))
    costs.take(record(run(kind="candidate"), seconds=16))
    assert (costs.of("trial"), costs.of("final")) == (7.5, 20)


def test_batches_come_one_after_the_other() -> None:
    assert in_batches(0, 4, 10.0) == 0
    assert in_batches(8, 4, 10.0) == 20
    assert in_batches(9, 4, 10.0) == 30


@pytest.mark.parametrize(
    ("rules", "left", "seeds", "runs", "looks"),
    [
        (Rules(6, 6), 19, 6, 0, 0),  # a fixed number of seeds
        (Rules(6, 24, looks_per_doubling=1), 8, 6, 4 * 6 + 2 * 12, 2),
        (Rules(6, 24, looks_per_doubling=1), 2, 6, 0, 0),  # one is left, who needs none
        (Rules(6, 24, looks_per_doubling=1), 8, 12, 4 * 12, 1),
        (Rules(6, 24, looks_per_doubling=1), 8, 24, 0, 0),
    ],
)
def test_half_of_those_left_leave_while_seeds_double(
    rules: Rules, left: int, seeds: int, runs: float, looks: int
) -> None:
    assert race_to_come(rules, left, seeds) == (pytest.approx(runs), looks)


def test_time_left_is_work_by_pace_and_never_less_than_what_comes_in_turn() -> None:
    works = [Work(30.0, 12.0), Work(10.0, 5.0)]
    assert seconds_left(works, made=20.0, passed=10.0) == 20
    assert seconds_left(works, made=400.0, passed=10.0) == 12


def test_an_unknown_variant_is_a_typical_one() -> None:
    assert typical([4.0, None, 8.0]) == 6
    assert typical([None]) == 1
