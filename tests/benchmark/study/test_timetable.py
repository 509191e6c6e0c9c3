"""Studies played through, by hand and against bounds that hold for any order."""

import random

import pytest

from benchmark.study.timetable import Course, Overheads, Timetable, played


def test_one_worker_makes_one_run_after_the_other() -> None:
    courses = [Course("a", ((1.0, 2.0), (3.0,))), Course("b", ((4.0,),))]
    assert played(courses, 1) == Timetable(workers=1, seconds=10.0, idle=0.0, parent=0.0)


def test_a_batch_waits_for_the_one_before() -> None:
    courses = [Course("a", ((1.0, 3.0), (2.0,)))]
    # 1 beside 3, then 2 alone.
    assert played(courses, 2) == Timetable(workers=2, seconds=5.0, idle=pytest.approx(1 - 6 / 10), parent=0.0)
    assert played(courses, 100).seconds == 5.0


def test_the_race_waits_for_all_variants_and_those_that_left_have_no_runs() -> None:
    courses = [
        Course("slow", ((5.0,),), rounds=((), (1.0,))),
        Course("quick", ((1.0,),), rounds=((2.0, 2.0), (1.0,))),
    ]
    # Both searches end after 5; two of 2 beside each other; then 1 and 1.
    assert played(courses, 2).seconds == 8.0
    assert played(courses, 1).seconds == 12.0


def test_a_round_in_which_nobody_runs_is_passed_over() -> None:
    assert played([Course("a", ((1.0,),), rounds=((), (), (2.0,), ()))], 2).seconds == 3.0


def test_who_has_most_left_to_do_comes_first() -> None:
    # After the first runs, "long" has four of 3 left and "short" one of 1: begun last, "long" would end alone.
    courses = [Course("short", ((1.0,), (1.0,))), Course("long", ((3.0,), (3.0, 3.0)))]
    # Worker 1: short 1, then short's second waits for nobody; worker 2: long 3; then both take a 3.
    assert played(courses, 2).seconds == 6.0


def test_the_parent_decides_about_one_run_at_a_time() -> None:
    courses = [Course("a", ((10.0,) * 4,))]
    # They begin after 1, 2, 3 and 4 seconds.
    table = played(courses, 4, Overheads(start=100.0, parent=1.0, end=50.0))
    assert table.seconds == 164.0
    assert table.parent == pytest.approx(4 / 14)
    assert table.idle == pytest.approx(1 - 40 / (4 * 14))


def test_more_workers_than_the_parent_can_serve_change_nothing() -> None:
    courses = [Course("a", ((60.0,) * 5000,))]
    most = 500  # 60 / 0.12: from there on it is busy all the time
    seconds = {workers: played(courses, workers, Overheads(parent=0.12)).seconds for workers in (250, most, 2 * most)}
    # A run takes its worker 60 seconds and at most the parent's beside: with half as many, close to twice as long.
    assert seconds[250] == pytest.approx(5000 / 250 * 60.12, rel=0.03)
    assert seconds[most] == pytest.approx(5000 * 0.12 + 60, rel=0.01)
    assert seconds[2 * most] == pytest.approx(5000 * 0.12 + 60, rel=0.01)


@pytest.mark.parametrize("seed", range(20))
def test_no_order_beats_the_bounds_and_greedy_ones_are_within_twice(seed: int) -> None:
    """Graham 1966: who leaves no worker idle without need takes at most the sum of both bounds."""
    draw = random.Random(seed)
    courses = [
        Course(
            str(number),
            tuple(tuple(draw.uniform(0.1, 9) for _ in range(draw.randint(1, 5))) for _ in range(draw.randint(1, 4))),
            tuple(tuple(draw.uniform(0.1, 9) for _ in range(draw.randint(0, 3))) for _ in range(draw.randint(0, 3))),
        )
        for number in range(draw.randint(1, 8))
    ]
    depth = max(sum(map(max, course.search)) for course in courses)
    most_rounds = max(len(course.rounds) for course in courses)
    for number in range(most_rounds):
        depth += max((max(c.rounds[number]) for c in courses if len(c.rounds) > number and c.rounds[number]), default=0)
    total = sum(course.seconds for course in courses)
    for workers in (1, 2, 3, 7, 1000):
        table = played(courses, workers)
        assert max(depth, total / workers) - 1e-9 <= table.seconds <= total / workers + depth + 1e-9
        assert table.idle == pytest.approx(1 - total / workers / table.seconds)
    assert played(courses, 1).seconds == pytest.approx(total)
    assert played(courses, 1000).seconds == pytest.approx(depth)
