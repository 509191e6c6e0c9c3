"""A worker that is told from another host what to do, here from the other side of this process."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_study import FinishedStudy

from benchmark.datasets.catalog import key_of
from benchmark.records import TrialRecord
from benchmark.training.checkpoint import read_progress
from benchmark.workers.cluster.luggage import luggage_for, unpack
from benchmark.workers.cluster.node_worker import Heard, NodeWorker
from benchmark.workers.cluster.supplies import crated, supplies_of
from benchmark.workers.events import Ended, RungReached, Stepped, TaskDone, TaskFailed
from benchmark.workers.task import CohortTask


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[NodeWorker]:
    worker = NodeWorker("node-1", 1, bytes, tmp_path / "node")
    yield worker
    worker.end(0.0)


@pytest.fixture
def task(finished: FinishedStudy, tmp_path: Path) -> CohortTask:
    config = finished.record("gan-shallow-trial-0000").config
    root = tmp_path / "parent"
    content = key_of("digits", 0, root / "data")
    return CohortTask(
        finished.spec, (config,), "validation", root / "work" / "study", root / "data", root / "cache", "cpu", content
    )


def heard_of(worker: NodeWorker, task: CohortTask) -> list[Heard]:
    """All that is told of a task, its files in their place with the parent."""
    crates = [crated(each, task, bytes) for each in supplies_of(task)]
    heard = [worker.begin(task, luggage_for(task.work, [task.configs[0].label]), crates)]
    while not isinstance(heard[-1].event, TaskDone | TaskFailed) and heard[-1].event is not None:
        unpack(heard[-1].luggage, task.work)
        heard.append(worker.go_on(frozenset() if isinstance(heard[-1].event, RungReached) else None))
    unpack(heard[-1].luggage, task.work)
    return heard


def test_a_run_elsewhere_is_the_run_here_and_all_it_wrote_is_with_the_parent(
    worker: NodeWorker, task: CohortTask, finished: FinishedStudy, tmp_path: Path
) -> None:
    heard = heard_of(worker, task)
    kinds = [type(each.event) for each in heard if not isinstance(each.event, Stepped)]
    assert kinds == [RungReached, RungReached, Ended, TaskDone]
    record, other = TrialRecord.read(task.work / "gan-shallow-trial-0000"), finished.record("gan-shallow-trial-0000")
    assert record is not None
    assert (record.rungs, record.curves, record.state) == (other.rungs, other.curves, other.state)
    theirs = finished.paths.work(finished.spec.study_id) / "gan-shallow-trial-0000"
    assert {path.name for path in (task.work / "gan-shallow-trial-0000").iterdir()} >= {
        path.name for path in theirs.iterdir() if path.suffix in (".png", ".safetensors") or path.name == "record.json"
    }
    assert not list((tmp_path / "node" / "node-1" / "workers").rglob("record.json"))


def test_a_checkpoint_travels_with_its_rung_and_another_worker_goes_on_from_it(
    worker: NodeWorker, task: CohortTask, finished: FinishedStudy, tmp_path: Path
) -> None:
    label = task.configs[0].label
    crates = [crated(each, task, bytes) for each in supplies_of(task)]
    first = worker.begin(task, {}, crates)
    while not isinstance(first.event, RungReached):
        first = worker.go_on()
    unpack(first.luggage, task.work)
    progress = read_progress(task.work / label)
    assert progress is not None
    assert progress.steps_done == 10
    worker.end(0.0)  # its node is gone
    other = NodeWorker("node-2", 1, bytes, tmp_path / "node")
    try:
        again = other.begin(task, luggage_for(task.work, [label]), crates)
        assert isinstance(again.event, RungReached)
        # It tells again what was measured, and goes on to the same end.
        assert [report.rung for report in again.event.reports] == [report.rung for report in first.event.reports]
        while not isinstance(again.event, Ended):
            again = other.go_on(frozenset() if isinstance(again.event, RungReached) else None)
        assert again.event.record.rungs == finished.record(label).rungs
    finally:
        other.end(0.0)


def test_who_is_asked_to_end_gives_what_it_has_and_the_one_that_waits_is_let_go(
    worker: NodeWorker, task: CohortTask
) -> None:
    crates = [crated(each, task, bytes) for each in supplies_of(task)]
    long = replace(
        task,
        spec=task.spec.model_copy(
            update={"budget": task.spec.budget.model_copy(update={"rungs": (10, 10**6), "discriminator_steps": 10**6})}
        ),
    )
    heard = worker.begin(long, {}, crates)
    while not isinstance(heard.event, RungReached):
        heard = worker.go_on()
    waiting: list[Heard] = []

    def wait() -> None:
        told = worker.go_on(frozenset())
        while told.event is not None:
            told = worker.go_on()
        waiting.append(told)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join(3.0)
    unpack(worker.end(10.0), task.work)
    thread.join(30.0)
    assert not thread.is_alive()
    assert [each.event for each in waiting] == [None]
    progress = read_progress(task.work / task.configs[0].label)
    assert progress is not None
    assert progress.steps_done > 10


def test_a_task_that_fails_is_told_with_the_host_and_its_traceback(worker: NodeWorker, task: CohortTask) -> None:
    spec = task.spec.model_copy(update={"dataset": "digit"})
    failed = worker.begin(replace(task, spec=spec), {}, [])
    assert isinstance(failed.event, TaskFailed)
    assert failed.event.fault == "environment"
    assert failed.event.message.startswith(f"on {worker.place().host}: unknown dataset 'digit'")


def test_what_a_killed_worker_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "node-1" / "workers" / "999999999"
    left.mkdir(parents=True)
    mine = tmp_path / "node-1" / "workers" / "1"  # which lives as long as this host
    mine.mkdir()
    NodeWorker("node-1", 1, bytes, tmp_path)
    assert not left.exists()
    assert mine.exists()
