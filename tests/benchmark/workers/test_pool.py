"""The pool of processes: what it tells, who gets which answer, and what becomes of workers that die."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic, sleep

import psutil
import pytest
from pools import PATIENCE, alive, kill, task_of
from tiny_study import FinishedStudy, ResumedStudy

from benchmark.records import TrialRecord
from benchmark.training.checkpoint import read_progress
from benchmark.workers.errand import MOST_LOSSES
from benchmark.workers.events import Ended, Event, RungReached, Started, Stepped, TaskFailed
from benchmark.workers.pool import GRACE_SECONDS, ProcessPool
from benchmark.workers.task import CohortTask
from benchmark.workers.watchdog import Watchdog


def told(events: list[Event], task: CohortTask) -> list[str]:
    """What was told of one task, in short."""
    words = []
    for event in events:
        if not isinstance(event, Stepped) and event.task == task:
            detail = ""
            if isinstance(event, RungReached):
                detail = " " + ", ".join(f"{r.config.number} at {r.rung.step}" for r in event.reports)
            if isinstance(event, Ended):
                detail = f" {event.record.config.number} {event.record.state}"
            words.append(type(event).__name__ + detail)
    return words


@dataclass
class Scene:
    """What happened when one worker ran two tasks.

    Attributes:
        bad: A task on a data set that does not exist.
        pair: A task of two members; the second is pruned at step 10.
        events: All that was told, in order.
        workers: Processes that were alive at each `Started`.
        left: Processes that were alive after the pool was closed.
    """

    bad: CohortTask
    pair: CohortTask
    events: list[Event] = field(default_factory=list)
    workers: list[set[int]] = field(default_factory=list)
    left: set[int] = field(default_factory=set)


@pytest.fixture(scope="module")
def scene(finished: FinishedStudy, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Members have the assignments of the finished study, so that their records are known."""
    root = tmp_path_factory.mktemp("pool")
    pair = [finished.record(f"gan-shallow-trial-{number:04d}").config for number in (0, 1)]
    seen = Scene(
        task_of(finished.spec.model_copy(update={"dataset": "digit"}), root, pair[0]),
        task_of(finished.spec, root, *pair),
    )
    with ProcessPool(1, threads=1) as pool:
        for task in (seen.bad, seen.pair):
            pool.submit(task)
        for event in pool.events():
            seen.events.append(event)
            if isinstance(event, Started):
                seen.workers.append(alive())
            if isinstance(event, RungReached):
                pool.answer(event, frozenset({1}))
        assert list(pool.events()) == []
    seen.left = alive()
    return seen


def test_events_of_a_task_come_in_the_order_of_its_life(scene: Scene) -> None:
    assert told(scene.events, scene.pair) == [
        "Started",
        "RungReached 0 at 10, 1 at 10",
        "Ended 1 pruned",
        "RungReached 0 at 20",
        "Ended 0 complete",
        "TaskDone",
    ]


def test_records_of_workers_equal_those_of_another_pool(scene: Scene, finished: FinishedStudy) -> None:
    """A worker process, and the thread that ran the finished study."""
    ended = {event.record.config.label: event.record for event in scene.events if isinstance(event, Ended)}
    assert ended.keys() == {"gan-shallow-trial-0000", "gan-shallow-trial-0001"}
    for label, record in ended.items():
        assert TrialRecord.read(scene.pair.work / label) == record
    complete, pruned = (finished.record(label) for label in sorted(ended))
    assert ended[complete.config.label].rungs == complete.rungs
    assert ended[complete.config.label].curves == complete.curves
    assert ended[pruned.config.label].rungs == pruned.rungs[:1]


def test_a_task_that_raises_fails_with_one_line_and_its_worker_goes_on(scene: Scene) -> None:
    assert told(scene.events, scene.bad) == ["Started", "TaskFailed"]
    failed = next(event for event in scene.events if isinstance(event, TaskFailed))
    assert failed.message.startswith("unknown dataset 'digit': did you mean 'digits'?")
    assert "\n" not in failed.message
    assert failed.fault == "environment"


def test_a_worker_takes_one_task_after_another(scene: Scene) -> None:
    assert len(scene.workers[0]) == 1
    assert scene.workers == [scene.workers[0]] * 2


def test_the_most_urgent_task_is_run_first_and_else_the_one_that_came_first(scene: Scene) -> None:
    """Tasks that fail at once, known by the number of their only member."""
    member = scene.bad.configs[0]
    with ProcessPool(1, threads=1) as pool:
        for number, urgency in enumerate((0.0, 5.0, inf, 5.0, 0.0)):
            pool.submit(replace(scene.bad, configs=(replace(member, number=number),)), urgency)
        begun = [event.task.configs[0].number for event in pool.events() if isinstance(event, Started)]
    assert begun == [2, 1, 3, 0, 4]


def test_workers_are_started_when_needed_and_never_more_than_asked_for(small_task: CohortTask) -> None:
    with ProcessPool(2, threads=1) as pool:
        assert alive() == set()
        for number in range(3):
            pool.submit(replace(small_task, configs=(replace(small_task.configs[0], number=number),)))
        assert alive() == set()
        events = pool.events()
        sizes = []
        for _ in range(2):
            assert isinstance(next(events), Started)
            sizes.append(len(alive()))
        assert sizes == [1, 2]
    assert alive() == set()


def test_no_process_outlives_the_pool(scene: Scene) -> None:
    assert scene.left == set()
    assert not any(psutil.pid_exists(pid) for pid in set.union(*scene.workers))


def test_a_task_that_kills_every_worker_is_given_up(small_task: CohortTask) -> None:
    events = []
    with ProcessPool(1, threads=1) as pool:
        pool.submit(small_task)
        for event in pool.events():
            events.append(event)
            if isinstance(event, Started):
                kill(alive().pop())
    assert [type(event) for event in events] == [Started] * MOST_LOSSES + [TaskFailed]
    assert events[-1] == TaskFailed(small_task, "3 workers died on it, the last with exit code -9", "memory")
    assert not small_task.work.exists()


def test_a_task_whose_worker_was_stopped_goes_to_a_fresh_one(small_task: CohortTask) -> None:
    """As SIGSTOP and a debugger stop it: it is there, and does nothing any more."""
    with ProcessPool(1, threads=1, watchdog=Watchdog(least_patience=5.0, every=0.5)) as pool:
        pool.submit(small_task)
        events = pool.events()
        assert next(events) == Started(small_task)
        stopped = alive().pop()
        os.kill(stopped, signal.SIGSTOP)
        assert next(events) == Started(small_task)
        assert stopped not in alive()


def test_workers_that_are_asked_to_end_keep_what_they_have(small_task: CohortTask) -> None:
    """Long before the first rung, and long before its checkpoint would be due."""
    budget = small_task.spec.budget.model_copy(update={"discriminator_steps": 10**6, "rungs": (10**6,)})
    small_task = replace(small_task, spec=small_task.spec.model_copy(update={"budget": budget}), checkpoint_seconds=1.0)
    kept = small_task.work / small_task.configs[0].label
    with ProcessPool(1, threads=1) as pool:
        pool.submit(small_task)
        assert next(pool.events()) == Started(small_task)
        deadline = monotonic() + PATIENCE
        while (first := read_progress(kept)) is None:
            assert monotonic() < deadline
            sleep(0.05)
        begun = monotonic()
        pool.end(GRACE_SECONDS)
        assert monotonic() - begun < GRACE_SECONDS
        assert alive() == set()
    last = read_progress(kept)
    assert last is not None
    assert last.steps_done > first.steps_done > 0
    assert last.rungs == ()


def test_an_answer_to_a_worker_that_has_died_is_no_error(small_task: CohortTask) -> None:
    with ProcessPool(1, threads=1) as pool:
        pool.submit(small_task)
        events = pool.events()
        assert next(events) == Started(small_task)
        kill(alive().pop())
        pool.answer(RungReached(small_task, ()), frozenset())
        assert next(events) == Started(small_task)


FORKED = """
import os
from functools import partial
from benchmark.workers import pool
pool.PRELOADED = []  # only what is called
with pool.ProcessPool(1, 1) as own:
    print(own.run_in_subprocess(partial(int, "6"))(), flush=True)
    child = os.fork()
    if not child:
        with pool.ProcessPool(1, 1) as another:
            print(another.run_in_subprocess(partial(int, "7"))(), flush=True)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    print(own.run_in_subprocess(partial(int, "8"))(), flush=True)
"""


def test_a_process_that_was_forked_from_one_with_a_pool_has_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.stdout.split(), done.returncode) == (["6", "7", "0", "8"], 0), done.stderr


def test_a_pool_without_tasks_starts_no_process() -> None:
    with ProcessPool(2, threads=1) as pool:
        assert list(pool.events()) == []
        assert alive() == set()


def test_a_pool_that_is_left_early_ends_its_workers(small_task: CohortTask) -> None:
    def leave() -> None:
        with ProcessPool(2, threads=1) as pool:
            pool.submit(small_task)
            next(pool.events())
            workers.update(alive())
            raise KeyboardInterrupt

    workers: set[int] = set()
    with pytest.raises(KeyboardInterrupt):
        leave()
    assert len(workers) == 1
    assert not any(psutil.pid_exists(pid) for pid in workers)


def test_open_files_and_threads_of_a_pool_do_not_pile_up(small_task: CohortTask) -> None:
    with ProcessPool(1, threads=1) as pool:
        pool.submit(small_task)
        next(pool.events())
    process, threads = psutil.Process(os.getpid()), threading.active_count()
    files = process.num_fds()
    for _ in range(3):
        with ProcessPool(1, threads=1) as pool:
            pool.submit(small_task)
            next(pool.events())
    assert threading.active_count() <= threads
    assert process.num_fds() <= files + 2


def test_a_study_whose_worker_was_killed_went_on_with_another(resumed: ResumedStudy) -> None:
    """It came to three records and to a checkpoint after that; what they hold is compared in test_study_crash.py.

    Where it was not done yet, whoever asks another library of the first scores was killed with the one worker, and was
    called again, too.
    """
    assert resumed.crash.victims in (1, 2)
    (kept,) = resumed.paths.runs.glob("work/*/preparation.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["cross_check"]["scores"].keys() >= {"fid", "kid"}
    assert len(resumed.crash.records) >= 3


def test_workers_end_when_their_parent_is_killed(resumed: ResumedStudy) -> None:
    assert resumed.crash.children >= 1
    assert resumed.crash.orphans == 0
