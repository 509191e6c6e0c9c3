"""A cohort that was killed goes on as if nothing had happened."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from math import nan
from typing import Any

import pytest
import torch
from cohort_tasks import KillAfter, Killed, decisive, prune_nobody, run, weights_of
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from benchmark.records import (
    CHECKPOINT_FILE,
    TrialRecord,
)
from benchmark.training.checkpoint import KIND, read_progress
from benchmark.workers.cohort_scheduler import run_task
from benchmark.workers.context import WorkerContext
from benchmark.workers.stopping import Stopped, StopRequest
from benchmark.workers.task import CohortTask, folder_of

pytestmark = pytest.mark.usefixtures("worker_arithmetic")


@pytest.fixture
def undisturbed(task: Any, context: WorkerContext) -> Callable[..., tuple[CohortTask, dict[int, TrialRecord]]]:
    """A task and the records of an uninterrupted run, in another folder."""

    def make(*arguments: Any, **settings: Any) -> tuple[CohortTask, dict[int, TrialRecord]]:
        other = task(*arguments, **settings, work="undisturbed")
        return other, run(other, context)

    return make


def assert_same(task: CohortTask, records: dict[int, TrialRecord], expected: tuple[CohortTask, Any]) -> None:
    other, undisturbed = expected
    assert {n: decisive(r) for n, r in records.items()} == {n: decisive(r) for n, r in undisturbed.items()}
    weights, others = weights_of(task), weights_of(other)
    assert weights.keys() == others.keys()
    assert [name for name, value in weights.items() if not torch.equal(value, others[name])] == []


@pytest.mark.parametrize(
    ("variant", "method"),
    [
        ("wgan", "looped"),  # batch norm's averages and RMSProp
        ("sngan", "stacked"),  # vectors of the power iteration
        ("gan-mlp-dropout", "looped"),  # masks by step
        ("wgan-gp", "stacked"),  # noise of the penalty by step
        ("began", "looped"),  # the balance of the loss
        ("mlp+hinge+diffaugment+linear-decay+ema", "stacked"),  # averaged weights, and how far training has come
        ("cgan-pd", "looped"),  # labels
    ],
)
def test_a_killed_cohort_goes_on_from_its_checkpoints(
    variant: str, method: str, task: Any, context: WorkerContext, undisturbed: Any
) -> None:
    members = {}, {"lr_generator": 1e-3, "n_critic": 2.0}
    asked = task(variant, *members, method=method)
    with pytest.raises(Killed):
        run(asked, context, KillAfter(2))
    for config in asked.configs:
        progress = read_progress(folder_of(asked, config))
        assert progress is not None
        assert progress.steps_done == 10
    again = KillAfter(99)
    records = run(asked, context, again)
    # What was measured before is told once more, since the parent may have died as well.
    assert again.told == [(0, 10), (1, 10), (0, 20), (1, 20)]
    assert_same(asked, records, undisturbed(variant, *members, method=method))
    assert not list(asked.work.glob(f"*/{CHECKPOINT_FILE}"))


def test_members_that_a_crash_parted_end_as_they_would_have(
    task: Any, context: WorkerContext, undisturbed: Any
) -> None:
    """One had come to the last rung, one to the first, one nowhere, and one has a checkpoint that is cut off."""
    members = {}, {"lr_generator": 1e-3}, {"lr_discriminator": 1e-4}, {"beta1": 0.5}
    asked = task("gan-shallow", *members)
    one, two, _, four = (replace(asked, configs=(config,)) for config in asked.configs)
    with pytest.raises(Killed):
        run(one, context, KillAfter(2))
    for some in (two, four):
        with pytest.raises(Killed):
            run(some, context, KillAfter(1))
    broken = folder_of(four, four.configs[0]) / CHECKPOINT_FILE
    broken.write_bytes(broken.read_bytes()[:1000])
    again = KillAfter(99)
    records = run(asked, context, again)
    told_before = [(0, 10), (0, 20), (1, 10)]
    # The second comes to the last rung when the third and fourth come to the first.
    assert again.told == [*told_before, (1, 20), (2, 10), (3, 10), (2, 20), (3, 20)]
    assert_same(asked, records, undisturbed("gan-shallow", *members))


def test_a_member_pruned_before_its_record_was_written_is_pruned_again(task: Any, context: WorkerContext) -> None:
    asked = task("gan-shallow", {}, {"lr_generator": 1e-3})
    with pytest.raises(Killed):
        run(asked, context, KillAfter(2))
    records = run(asked, context, lambda reports: frozenset({1}) & {r.config.number for r in reports})
    assert {number: record.state for number, record in records.items()} == {0: "complete", 1: "pruned"}
    assert [rung.step for rung in records[1].rungs] == [10]


def test_a_member_whose_scores_were_not_finite_is_diverged_after_a_crash_too(task: Any, context: WorkerContext) -> None:
    """The crash came between its checkpoint and its record."""
    asked = task("gan-shallow", {})
    with pytest.raises(Killed):
        run(asked, context, KillAfter(1))
    path = folder_of(asked, asked.configs[0]) / CHECKPOINT_FILE
    with safe_open(path, "pt") as file:
        progress = json.loads(file.metadata()["progress"])
    progress["rungs"][0]["scores"]["fid"] = nan
    save_file(load_file(path), path, metadata={"kind": KIND, "progress": json.dumps(progress)})
    told = KillAfter(99)
    record = run(asked, context, told)[0]
    assert record.state == "diverged"
    assert told.told == []


def test_a_checkpoint_of_another_kind_begins_again_with_the_same_result(
    task: Any, context: WorkerContext, undisturbed: Any
) -> None:
    asked = task("gan-shallow", {})
    with pytest.raises(Killed):
        run(asked, context, KillAfter(1))
    path = folder_of(asked, asked.configs[0]) / CHECKPOINT_FILE
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    save_file(load_file(path), path, metadata={"progress": metadata["progress"]})
    again = KillAfter(99)
    records = run(asked, context, again)
    assert again.told == [(0, 10), (0, 20)]
    assert_same(asked, records, undisturbed("gan-shallow", {}))


def test_records_that_exist_are_given_back_and_nothing_is_trained(task: Any, context: WorkerContext) -> None:
    asked = task("gan-shallow", {}, {"lr_generator": 1e-3})
    first = run(asked, context)
    written = {path: path.stat().st_mtime_ns for path in asked.work.rglob("*")}
    assert run(asked, context, KillAfter(0)) == first
    assert {path: path.stat().st_mtime_ns for path in asked.work.rglob("*")} == written


def test_a_task_goes_on_with_the_members_that_have_no_record(
    task: Any, context: WorkerContext, undisturbed: Any
) -> None:
    members = {}, {"lr_generator": 1e-3}
    asked = task("gan-shallow", *members)
    run(replace(asked, configs=asked.configs[1:]), context)
    assert_same(asked, run(asked, context), undisturbed("gan-shallow", *members))


class StopAfter(StopRequest):
    """A request to end that comes at one of the places where it is heard."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self._left = places

    def check(self) -> None:
        self._left -= 1
        self.made = self._left < 0
        super().check()


LONG = {"discriminator_steps": 120, "rungs": (60, 120)}  # curves have a point every second update


def longer(task: CohortTask, checkpoint_seconds: float) -> CohortTask:
    budget = task.spec.budget.model_copy(update=LONG)
    spec = task.spec.model_copy(update={"budget": budget})
    return replace(task, spec=spec, checkpoint_seconds=checkpoint_seconds)


def run_to_the_end(task: CohortTask, context: WorkerContext, *stops: int) -> tuple[dict[int, TrialRecord], set[int]]:
    """Ask a worker to end at these places, each counted from a fresh start; its records, and where it was stopped."""
    at = set()
    for places in stops:
        with pytest.raises(Stopped):
            list(run_task(task, context, prune_nobody, StopAfter(places)))
        for config in task.configs:
            progress = read_progress(folder_of(task, config))
            assert progress is not None
            at.add(progress.steps_done)
    return run(task, context), at


@pytest.mark.parametrize("variant", ["wgan", "gan-mlp-dropout", "mlp+hinge+diffaugment+linear-decay+ema"])
def test_a_run_stopped_between_any_two_updates_ends_as_if_it_had_not_been(
    variant: str, task: Any, context: WorkerContext
) -> None:
    """In the middle of a point of its curves, at a rung before it is scored, and with a checkpoint every moment."""
    members = {}, {"lr_generator": 1e-3, "n_critic": 2.0}
    whole = longer(task(variant, *members, work="whole"), 180.0)
    parted = longer(task(variant, *members, work="parted"), 0.0)
    expected = run(whole, context), whole
    records, at = run_to_the_end(parted, context, 0, 1, 5, 15, 30)
    assert any(steps % 2 for steps in at)
    assert_same(parted, records, (whole, expected[0]))


class StopWhileScoring(StopRequest):
    """A request to end that comes when images are scored, which is where a worker ends at once."""

    def at_once(self) -> AbstractContextManager[None]:
        self.made = True
        return super().at_once()


def test_a_run_stopped_while_it_is_scored_is_scored_by_the_next_worker(task: Any, context: WorkerContext) -> None:
    whole, parted = (longer(task("gan-shallow", {}, work=name), 180.0) for name in ("whole", "parted"))
    expected = run(whole, context)
    for _ in range(2):
        with pytest.raises(Stopped):
            list(run_task(parted, context, prune_nobody, StopWhileScoring()))
        progress = read_progress(folder_of(parted, parted.configs[0]))
        assert progress is not None
        assert (progress.steps_done, progress.rungs) == (60, ())
    assert_same(parted, run(parted, context), (whole, expected))
