"""A worker's life in a process of its own: what it tells of tasks that run and of tasks that do not."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from every_step import serve_a_loss_with_a_bug, serve_and_tell_all_steps
from pools import PATIENCE

from benchmark.records import TrialRecord
from benchmark.workers.events import Ended, RungReached, Stepped, TaskDone, TaskFailed
from benchmark.workers.task import CohortTask, folder_of
from ganzoo.losses.hinge import hinge_discriminator

# Where a study keeps its runs, from the folder of all.
STUDY = str(Path("runs", "work", "study"))


@contextmanager
def served(target: Callable[[Connection, int], None]) -> Iterator[Connection]:
    """The parent's end of a worker's pipe."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, 1), daemon=True)
    process.start()
    theirs.close()
    yield ours
    process.terminate()
    process.join()


@pytest.fixture
def pipe() -> Iterator[Connection]:
    with served(serve_and_tell_all_steps) as ours:
        yield ours


def next_of(pipe: Connection) -> object:
    """What is told next, but for steps: how many of those there are depends on the clock."""
    while True:
        assert pipe.poll(PATIENCE), "the worker says nothing"
        if not isinstance(event := pipe.recv(), Stepped):
            return event


def test_it_tells_how_far_members_are_before_the_first_rung(pipe: Connection, task: Callable[..., CohortTask]) -> None:
    pipe.send(task("gan-shallow", {}, {}))
    assert pipe.poll(PATIENCE)
    told = pipe.recv()
    assert isinstance(told, Stepped)
    assert [member.config.number for member in told.members] == [0, 1]
    assert all(0 <= member.step <= 10 for member in told.members)


def test_it_tells_of_rungs_waits_for_the_answer_and_lives_through_a_task_that_cannot_be_run(
    pipe: Connection, task: Callable[..., CohortTask]
) -> None:
    bad = task("gan-shallow", {}, work="bad")
    bad = replace(bad, spec=bad.spec.model_copy(update={"dataset": "nowhere"}))
    pipe.send(bad)
    failed = next_of(pipe)
    assert isinstance(failed, TaskFailed)
    assert failed.message.startswith("unknown dataset 'nowhere': did you mean ")
    assert failed.fault == "environment"

    good = task("gan-shallow", {}, {})
    pipe.send(good)
    first = next_of(pipe)
    assert isinstance(first, RungReached)
    assert [(report.config.number, report.rung.step) for report in first.reports] == [(0, 10), (1, 10)]
    pipe.send(frozenset({1}))
    pruned = next_of(pipe)
    assert isinstance(pruned, Ended)
    assert (pruned.record.config.number, pruned.record.state) == (1, "pruned")
    last = next_of(pipe)
    assert isinstance(last, RungReached)
    assert [(report.config.number, report.rung.step) for report in last.reports] == [(0, 20)]
    pipe.send(frozenset())
    complete = next_of(pipe)
    assert isinstance(complete, Ended)
    assert (complete.record.config.number, complete.record.state) == (0, "complete")
    assert TrialRecord.read(folder_of(good, good.configs[0])) == complete.record
    assert next_of(pipe) == TaskDone(good)


def test_a_bug_in_a_loss_is_one_line_with_its_place_and_the_traceback_is_in_a_file(
    task: Callable[..., CohortTask], capfd: pytest.CaptureFixture[str]
) -> None:
    buggy = task("gan-shallow", {}, work=STUDY)
    with served(serve_a_loss_with_a_bug) as pipe:
        pipe.send(buggy)
        failed = next_of(pipe)
    assert isinstance(failed, TaskFailed)
    line = hinge_discriminator.__code__.co_firstlineno + 2
    assert failed.message.startswith("TypeError: unsupported operand")
    assert failed.message.endswith(f" (ganzoo/losses/hinge.py, line {line})")
    assert failed.fault == "code"
    (log,) = (buggy.work.parents[1] / "errors").iterdir()
    assert failed.log == str(log)
    assert log.read_text(encoding="utf-8").startswith("Traceback (most recent call last):\n")
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.long
def test_where_no_file_can_be_written_a_bug_is_told_all_the_same(
    task: Callable[..., CohortTask], tmp_path: Path
) -> None:
    (tmp_path / "runs" / "work").mkdir(parents=True)
    (tmp_path / "runs" / "errors").write_text("a file")
    with served(serve_a_loss_with_a_bug) as pipe:
        pipe.send(task("gan-shallow", {}, work=STUDY))
        failed = next_of(pipe)
    assert isinstance(failed, TaskFailed)
    assert (failed.log, failed.fault) == ("", "code")
