"""The pool that runs cohorts: processes of this host, each with its own pipe to the parent."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import inf
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import Any, TypeVar

from benchmark.workers.events import Event, RungReached, Started, TaskDone, TaskFailed
from benchmark.workers.sockets import shorten_addresses
from benchmark.workers.task import CohortTask
from benchmark.workers.worker import serve

# Read by the C library when a worker starts: temporary tensors are reused instead of mapped anew, which is a fifth of
# the time of a wide network's step.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**30)}
Result = TypeVar("Result")
# What workers import sooner or later; the last records gradients.
PRELOADED = ["benchmark.workers.cohort_scheduler", "benchmark.study.preparation", "torch.fx.experimental.proxy_tensor"]
# A task that took this many workers down with it is given up.
MOST_LOSSES = 3


def warm_up() -> None:
    """Start the process that workers are forked from, unless it is there.

    It imports once what they all need, and does nothing with it; that goes on beside this process.
    """
    os.environ.update(ALLOCATOR | {"OMP_NUM_THREADS": "1"})
    shorten_addresses()
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()


@dataclass
class _Worker:
    process: ForkServerProcess
    pipe: Connection
    task: CohortTask | None = None


class ProcessPool:
    """Spawned processes on this host; a dead one is seen at once and its task goes to a fresh one.

    Args:
        workers: How many processes at most; none is started before it has something to do.
        threads: CPU threads of each.
    """

    def __init__(self, workers: int, threads: int) -> None:
        self._size = workers
        self._threads = threads
        self._context = multiprocessing.get_context("forkserver")
        self._queue: list[tuple[float, int, CohortTask]] = []
        self._submitted = count()
        self._workers: list[_Worker] = []
        self._losses: dict[str, int] = {}

    def __enter__(self) -> "ProcessPool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()

    def run_in_subprocess(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Call a function in a process of its own, forked as workers are.

        Args:
            function: What can be pickled, and leads to what can be.

        Returns:
            Waits for the function to end, and gives what it gave or raises what it raised.
        """
        warm_up()
        caller = ProcessPoolExecutor(1, self._context)
        outcome = caller.submit(function)
        caller.shutdown(wait=False)
        return outcome.result

    def submit(self, task: CohortTask, urgency: float = 0.0) -> None:
        """Queue a task; the most urgent of those that wait is run first, and among equals the one that came first."""
        heappush(self._queue, (-urgency, next(self._submitted), task))

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        """Let the worker that waits after a `RungReached` go on."""
        # One that died meanwhile is found dead when it is listened to.
        with suppress(OSError):
            self._of(event.task).pipe.send(pruned)

    def events(self) -> Iterator[Event]:
        """Wait for what happens next; ends when no task is queued or running."""
        while True:
            yield from self._dispatch()
            busy = [worker for worker in self._workers if worker.task]
            if not busy:
                return
            heard = wait([worker.pipe for worker in busy])
            for worker in busy:
                if worker.pipe in heard:
                    yield from self._receive(worker)

    def _dispatch(self) -> Iterator[Event]:
        while self._queue:
            worker = next((worker for worker in self._workers if worker.task is None), None) or self._spawn()
            if worker is None:
                return
            *_, worker.task = heappop(self._queue)
            with suppress(OSError):
                worker.pipe.send(worker.task)
            yield Started(worker.task)

    def _spawn(self) -> _Worker | None:
        if len(self._workers) == self._size:
            return None
        warm_up()
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._threads), daemon=True)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]

    def _receive(self, worker: _Worker) -> Iterator[Event]:
        try:
            event: Any = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._on_worker_death(worker)
            return
        if isinstance(event, TaskDone | TaskFailed):
            worker.task = None
        yield event

    def _on_worker_death(self, worker: _Worker) -> Iterator[Event]:
        """A worker died: its task goes back to the head of the queue, unless it is what kills workers."""
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        task = worker.task
        assert task is not None
        label = task.configs[0].label
        self._losses[label] = self._losses.get(label, 0) + 1
        if self._losses[label] < MOST_LOSSES:
            self.submit(task, inf)
            return
        message = f"{self._losses[label]} workers died on it, the last with exit code {worker.process.exitcode}"
        yield TaskFailed(task, message, out_of_memory=False)

    def _of(self, task: CohortTask) -> _Worker:
        return next(worker for worker in self._workers if worker.task is not None and worker.task == task)
