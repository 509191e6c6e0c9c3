"""Pools for tests: one that runs in this process, and one whose events a test writes."""

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Queue

import torch

from benchmark.records import Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.workers.cohort_scheduler import run_task
from benchmark.workers.context import WorkerContext
from benchmark.workers.events import Ended, Event, RungReached, Started, Stepped, TaskDone, TaskFailed
from benchmark.workers.faults import fault_of, one_line
from benchmark.workers.task import CohortTask, RungReport

SCORES = {"fid": 1.0, "kid": 0.0}
PATIENCE = 240.0  # seconds for what may have to share its core


class ThreadPool:
    """A `Pool` of one thread of this process: a task after the other."""

    def __init__(self) -> None:
        self._queue: deque[CohortTask] = deque()
        self._told: Queue[Event] = Queue()
        self._answers: Queue[frozenset[int]] = Queue()
        self._benches: dict[str, WorkerContext] = {}

    def submit(self, task: CohortTask, urgency: float = 0.0) -> None:
        self._queue.append(task)

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        self._answers.put(pruned)

    def events(self) -> Iterator[Event]:
        while self._queue:
            task = self._queue.popleft()
            threading.Thread(target=self._run, args=(task,), daemon=True).start()
            while True:
                event = self._told.get(timeout=PATIENCE)
                yield event
                if isinstance(event, TaskDone | TaskFailed):
                    break

    def _run(self, task: CohortTask) -> None:
        def report(reports: Sequence[RungReport]) -> frozenset[int]:
            self._told.put(RungReached(task, tuple(reports)))
            return self._answers.get(timeout=PATIENCE)

        as_in_a_worker()
        self._told.put(Started(task))
        try:
            context = self._benches[task.split] = self._benches.get(task.split) or WorkerContext.of(task)
            for record in run_task(task, context, report, tell=lambda steps: self._told.put(Stepped(tuple(steps)))):
                self._told.put(Ended(task, record))
            self._told.put(TaskDone(task))
        except Exception as error:
            self._told.put(TaskFailed(task, one_line(error), fault_of(error)))


Step = Callable[[list[CohortTask]], Event]


class ScriptedPool:
    """A `Pool` whose events a test writes: each step makes one of the tasks that were submitted before it."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.tasks: list[CohortTask] = []
        self.answers: list[frozenset[int]] = []
        self._steps = steps

    def submit(self, task: CohortTask, urgency: float = 0.0) -> None:
        self.tasks.append(task)

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        self.answers.append(pruned)

    def events(self) -> Iterator[Event]:
        for step in self._steps:
            yield step(self.tasks)


def numbers(tasks: list[CohortTask]) -> list[list[int]]:
    """Of the members of each task."""
    return [[config.number for config in task.configs] for task in tasks]


def ended(task: CohortTask, position: int, protocol: Protocol) -> Ended:
    """A member of a task left a record, of a complete run that is better the later it stands."""
    rungs = (RungRecord(20, SCORES | {"fid": 10.0 - position}, "step-000020.png"),)
    record = TrialRecord(task.configs[position], "complete", protocol, rungs)
    record.write(task.work / record.config.label)
    return Ended(task, record)


def as_in_a_worker() -> None:
    """Compute like a worker process, to the last bit."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)


def alive() -> set[int]:
    """The worker processes of this process."""
    return {process.pid for process in multiprocessing.active_children() if process.pid}


def kill(pid: int) -> None:
    """End a worker as the kernel does when memory runs out, and wait until it has gone."""
    for process in multiprocessing.active_children():
        if process.pid == pid:
            process.kill()
            process.join()


def task_of(spec: Spec, root: Path, *configs: TrialConfig) -> CohortTask:
    return CohortTask(spec, configs, "validation", root / "work", root / "data", root / "cache", "cpu")
