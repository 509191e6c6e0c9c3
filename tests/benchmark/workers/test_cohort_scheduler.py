"""Members that wait for a place: they train when one is free, and as if they had never waited."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from cohort_tasks import KillAfter, Killed, decisive, prune_nobody, run, weights_of

from benchmark.records import TrialRecord
from benchmark.training.cohort import Cohort, Member
from benchmark.training.setup import TrainingSetup
from benchmark.workers.cohort_scheduler import run_task
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask, MemberStep, RungReport

pytestmark = pytest.mark.usefixtures("worker_arithmetic")

WILD = {"lr_generator": 1e38, "lr_discriminator": 1e38}


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let so many members train at once."""

    def allow(count: int, method: str = "looped") -> None:
        def arrange(setup: TrainingSetup, members: int, asked: str) -> tuple[int, str]:
            return count, method

        monkeypatch.setattr("benchmark.workers.cohort_scheduler.arrangement", arrange)

    return allow


@pytest.fixture
def crowds(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Who trained at once, each time that a cohort went on."""
    seen: list[list[int]] = []
    advance = Cohort.advance

    def watched(cohort: Cohort, *stops: int, between: Callable[[], None]) -> list[Member]:
        seen.append([member.config.number for member in cohort.members])
        return advance(cohort, *stops, between=between)

    monkeypatch.setattr(Cohort, "advance", watched)
    return seen


def prune_the_second(reports: Sequence[RungReport]) -> frozenset[int]:
    return frozenset(report.config.number for report in reports if report.rung.step == 10) & {1}


def assert_same(one: dict[int, TrialRecord], other: dict[int, TrialRecord]) -> None:
    """Curves of a member that diverged hold NaN, which equals nothing."""
    assert one.keys() == other.keys()
    for number, record in one.items():
        assert record.state == other[number].state
        if record.state != "diverged":
            assert decisive(record) == decisive(other[number])


@pytest.mark.parametrize("variant", ["gan-shallow", "wgan"])
def test_two_places_give_the_records_of_six(variant: str, task: Any, context: WorkerContext, places: Any) -> None:
    """Members that are pruned, that diverge, and that have paces of their own."""
    members = {}, {"lr_generator": 1e-3}, WILD, {"n_critic": 2.0}, {"n_critic": 0.5}, {"lr_generator": 1e-4}
    alone, few = task(variant, *members, work="all"), task(variant, *members, work="few")
    expected = run(alone, context, prune_the_second)
    states = {0: "complete", 1: "pruned", 2: "diverged", 3: "complete", 4: "complete", 5: "complete"}
    assert {number: record.state for number, record in expected.items()} == states
    places(2)
    assert_same(run(few, context, prune_the_second), expected)
    ours, theirs = weights_of_complete(few, expected), weights_of_complete(alone, expected)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def weights_of_complete(task: CohortTask, records: dict[int, TrialRecord]) -> dict[str, torch.Tensor]:
    complete = [each for each in task.configs if records[each.number].state == "complete"]
    return weights_of(replace(task, configs=tuple(complete)))


def test_who_trains_beside_whom_by_hand(
    task: Any, context: WorkerContext, places: Any, crowds: list[list[int]]
) -> None:
    """The second is pruned at step 10; the third takes its place and diverges before the first is at step 20."""
    places(2)
    run(task("gan-shallow", {}, {}, WILD, {}, {}), context, prune_the_second)
    assert crowds == [[0, 1], [0, 2], [3, 4], [3, 4]]


@pytest.mark.parametrize("count", [1, 3, 4])
def test_no_more_members_train_at_once_than_there_are_places(
    count: int, task: Any, context: WorkerContext, places: Any, crowds: list[list[int]]
) -> None:
    places(count)
    records = run(task("gan-shallow", {}, {}, {}, {}), context)
    assert {number: record.state for number, record in records.items()} == dict.fromkeys(range(4), "complete")
    assert [len(crowd) for crowd in crowds] == {1: [1] * 8, 3: [3, 3, 1, 1], 4: [4, 4]}[count]


def test_a_crash_among_members_that_wait_changes_nothing(task: Any, context: WorkerContext, places: Any) -> None:
    """Killed when the third of four had come to its first rung."""
    members = {}, {"lr_generator": 1e-3}, {"n_critic": 2.0}, {"n_critic": 0.5}
    expected = run(task("wgan", *members, work="all"), context)
    places(2)
    killed = task("wgan", *members, work="killed")
    with pytest.raises(Killed):
        run(killed, context, KillAfter(5))
    assert_same(run(killed, context), expected)


def test_members_that_wait_train_where_all_before_them_had_ended(
    task: Any, context: WorkerContext, places: Any
) -> None:
    """The first two were at the last rung, but their records were not written."""
    members = {}, {"lr_generator": 1e-3}, {"n_critic": 2.0}
    expected = run(task("gan-shallow", *members, work="all"), context)
    places(2)
    killed = task("gan-shallow", *members, work="killed")
    with pytest.raises(Killed):
        run(killed, context, KillAfter(4))
    assert_same(run(killed, context), expected)


def test_newcomers_go_on_from_their_checkpoints(task: Any, context: WorkerContext, places: Any) -> None:
    members = {}, {"lr_generator": 1e-3}, {"n_critic": 2.0}
    expected = run(task("gan-shallow", *members, work="all"), context)
    asked = task("gan-shallow", *members)
    with pytest.raises(Killed):
        run(asked, context, KillAfter(3))
    places(1)
    again = KillAfter(99)
    assert_same(run(asked, context, again), expected)
    # What was measured before is told when its member gets a place.
    assert again.told == [(0, 10), (0, 20), (1, 10), (1, 20), (2, 10), (2, 20)]


def test_how_far_members_are_is_told_between_rungs_and_changes_nothing(
    task: Any, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = run(task("gan-shallow", {}, {"lr_generator": 1e-3}, work="silent"), context)
    monkeypatch.setattr("benchmark.workers.cohort_scheduler.SECONDS_BETWEEN_STEPS_TOLD", 0.0)
    told: list[MemberStep] = []
    talking = task("gan-shallow", {}, {"lr_generator": 1e-3}, work="talking")
    records = {r.config.number: r for r in run_task(talking, context, prune_nobody, tell=told.extend)}
    assert_same(records, expected)
    for number, record in records.items():
        own = [member for member in told if member.config.number == number]
        assert [member.step for member in own] == sorted(member.step for member in own)
        assert own[-1].step == 20
        points = dict(record.curves["output_real"])
        seen = {member.step: member.outputs[0] for member in own if member.outputs and member.step in points}
        assert len(seen) > 2
        assert seen == {step: points[step] for step in seen}
