"""Which trials a study has its pool end at a rung."""

from collections.abc import Callable

import pytest
from pools import SCORES, ScriptedPool, ended, numbers
from tiny_study import FinishedStudy

from benchmark.records import Protocol, RungRecord
from benchmark.spec import Spec
from benchmark.workers.events import RungReached, Started
from benchmark.workers.task import CohortTask, RungReport


class Pruning:
    """A search of two cohorts of four. At step 10 the first four have 10; at step 20 they have 10, 9, 8 and 7.

    Args:
        protocol: Of the records.
    """

    def __init__(self, protocol: Protocol) -> None:
        self.first = [
            lambda t: Started(t[0]),
            *(lambda t, m=member: reached(t[0], m, {10: 10.0}) for member in range(4)),
            *(lambda t, m=member: reached(t[0], m, {20: 10.0 - m}) for member in range(4)),
            *(lambda t, m=member: ended(t[0], m, protocol) for member in range(4)),
        ]
        self.second = [lambda t, m=member: ended(t[1], m, protocol) for member in range(4)]


def reached(task: CohortTask, position: int, fids: dict[int, float]) -> RungReached:
    rungs = [RungRecord(step, SCORES | {"fid": fid}, f"step-{step:06d}.png") for step, fid in fids.items()]
    return RungReached(task, tuple(RungReport(task.configs[position], rung, {}) for rung in rungs))


@pytest.fixture
def two_cohorts(stacked: Spec) -> Spec:
    budget = stacked.budget.model_copy(update={"trials": 8})
    return stacked.model_copy(update={"name": "two-cohorts", "budget": budget})


def test_a_trial_is_pruned_before_the_last_rung_only_and_a_final_run_never(
    run_scripted: Callable[..., ScriptedPool], two_cohorts: Spec, finished: FinishedStudy
) -> None:
    pruning = Pruning(finished.preparation.protocols["validation"])
    middle = [
        lambda t: Started(t[1]),
        lambda t: reached(t[1], 0, {10: 10.0}),  # no worse than the median
        lambda t: reached(t[1], 1, {10: 10.5}),
        lambda t: reached(t[1], 0, {20: 9.5}),  # worse than the median of 8.5, but it has come to the end
    ]
    final = [lambda t: Started(t[2]), lambda t: reached(t[2], 0, {10: 99.0})]
    pool = run_scripted([*pruning.first, *middle, *pruning.second, *final], two_cohorts)
    assert numbers(pool.tasks) == [[0, 1, 2, 3], [4, 5, 6, 7], [0]]
    assert pool.answers == [frozenset()] * 8 + [frozenset(), frozenset({5}), frozenset()] + [frozenset()]


def test_a_trial_that_had_come_to_the_end_is_not_pruned_when_its_rungs_are_told_again(
    run_scripted: Callable[..., ScriptedPool], two_cohorts: Spec, finished: FinishedStudy
) -> None:
    """Its worker died between the last rung and the record."""
    pruning = Pruning(finished.preparation.protocols["validation"])
    middle = [
        lambda t: Started(t[1]),
        lambda t: reached(t[1], 0, {10: 10.0}),
        lambda t: reached(t[1], 0, {20: 9.5}),
        lambda t: reached(t[1], 0, {10: 10.0, 20: 9.5}),
    ]
    pool = run_scripted([*pruning.first, *middle], two_cohorts)
    assert pool.answers[8:] == [frozenset()] * 3
