"""The pool that runs cohorts: processes of this host, each with its own pipe to the parent."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count, cycle, islice
from math import inf
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from time import monotonic
from typing import Any

from benchmark.errors import UserError
from benchmark.workers.errand import MOST_LOSSES, Errand, Result, start_process
from benchmark.workers.events import DeviceLost, Event, Ready, RungReached, Started, Stepped, TaskDone, TaskFailed
from benchmark.workers.faults import Fault
from benchmark.workers.sockets import shorten_addresses
from benchmark.workers.task import CohortTask
from benchmark.workers.watchdog import Watchdog
from benchmark.workers.worker import serve

# Read by the C library when a worker starts: temporary tensors are reused instead of mapped anew, which is a fifth of
# the time of a wide network's step.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**30)}
PRELOADED = ["benchmark.workers.fork_server", "benchmark.workers.preloaded"]  # what ends it with its parent comes first
# Workers that are asked to end have so long to keep what they have; a study has 20 seconds in all.
GRACE_SECONDS = 14.0


def warm_up() -> None:
    """Start the process that workers are forked from, unless it is there.

    It imports once what they all need, and does nothing with it; that goes on beside this process.
    """
    os.environ.update(ALLOCATOR | {"OMP_NUM_THREADS": "1"})
    shorten_addresses()
    _forget_another_s_server()
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    # Ctrl-C on a terminal is for all its processes: this one hears of it, while that one cannot ignore it yet.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _forget_another_s_server() -> None:
    """Have a server of this process's own, where it was itself forked from a process that has one.

    `multiprocessing` would ask how a child is doing that is not its own, and raise.
    """
    server: Any = forkserver._forkserver
    if server._forkserver_pid is None:
        return
    with suppress(ChildProcessError):
        ended, _ = os.waitpid(server._forkserver_pid, os.WNOHANG)
        if not ended:
            return
    os.close(server._forkserver_alive_fd)
    server.__init__()


@dataclass
class _Worker:
    process: ForkServerProcess
    pipe: Connection
    device: str
    ready: bool  # until then a worker that dies says something of its device, not of its task
    task: CohortTask | None = None

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def send(self, number: signal.Signals) -> None:
        """Send a signal; where the server that it was forked from is dead, `multiprocessing` takes it for dead, too."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class ProcessPool:
    """Spawned processes on this host; a dead one is seen at once and its task goes to a fresh one.

    Args:
        workers: How many processes at most; none is started before it has something to do.
        threads: CPU threads of each.
        watchdog: Says which of them stand still; these are ended, so that their tasks go to fresh ones.
        devices: Over which workers are spread, as torch names them; one that falls out takes its workers along. Empty:
            every worker computes where its task says.

    Attributes:
        size: Processes at most.
    """

    def __init__(
        self, workers: int, threads: int, watchdog: Watchdog | None = None, devices: Sequence[str] = ()
    ) -> None:
        self.size = workers
        self._places = Counter(islice(cycle(devices or ("",)), workers))
        self._threads = threads
        self._watchdog = watchdog or Watchdog()
        self._errands: list[Errand[Any]] = []
        self._context = multiprocessing.get_context("forkserver")
        self._queue: list[tuple[float, int, CohortTask]] = []
        self._submitted = count()
        self._workers: list[_Worker] = []
        self._losses: dict[str, int] = {}
        self._ended = False

    def __enter__(self) -> "ProcessPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self, grace: float = 0.0) -> None:
        """End all processes; none is left when it returns, and none is started any more for what is queued.

        Args:
            grace: Seconds in which workers may keep what they have on its way, for the next start to go on from.
        """
        self._ended = True
        for errand in self._errands:
            errand.end()
        self._errands.clear()
        if grace:
            self._wait_for_workers(grace)
        for worker in self._workers:
            worker.send(signal.SIGKILL)
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def stop(self) -> None:
        """Ask workers to keep what they have on its way and to end; none is started any more.

        It may be called while another thread waits for events, which come to their end with the workers.
        """
        self._ended = True
        for worker in [*self._workers]:
            worker.send(signal.SIGTERM)

    def _wait_for_workers(self, grace: float) -> None:
        self.stop()
        deadline, left = monotonic() + grace, [worker.pipe for worker in self._workers]
        while left and (seconds := deadline - monotonic()) > 0:
            # What they still tell is on disk as well; it is read so that nobody waits for room in its pipe.
            for pipe in wait(left, seconds):
                assert isinstance(pipe, Connection)
                try:
                    pipe.recv_bytes()
                except (EOFError, OSError):
                    left.remove(pipe)

    def run_in_subprocess(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Call a function in a process of its own, forked as workers are.

        Args:
            function: What can be pickled, and leads to what can be.

        Returns:
            Waits for the function to end, and gives what it gave or raises what it raised.
        """
        warm_up()
        errand = Errand(self._context, function)
        self._errands.append(errand)
        return errand.result

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
            heard = wait([worker.pipe for worker in busy], self._watchdog.every)
            for worker in busy:
                if worker.pipe in heard:
                    yield from self._receive(worker)
                elif self._watchdog.stands_still(worker.pid):
                    worker.send(signal.SIGKILL)

    def _dispatch(self) -> Iterator[Event]:
        while self._queue and not self._ended:
            worker = next((worker for worker in self._workers if worker.task is None), None) or self._spawn()
            if worker is None:
                return
            *_, task = heappop(self._queue)
            worker.task = replace(task, device=worker.device) if worker.device else task
            self._watchdog.heard(worker.pid)
            with suppress(OSError):
                worker.pipe.send(worker.task)
            yield Started(worker.task)

    def _spawn(self) -> _Worker | None:
        free = self._places - Counter(worker.device for worker in self._workers)
        if not free:
            return None
        device = max(free, key=free.__getitem__)
        warm_up()
        ours, theirs = self._context.Pipe()
        process = start_process(self._context, serve, (theirs, self._threads, device), daemon=True)
        theirs.close()
        self._workers.append(_Worker(process, ours, device, ready=not device))
        return self._workers[-1]

    def _receive(self, worker: _Worker) -> Iterator[Event]:
        try:
            event: Any = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._on_worker_death(worker)
            return
        if isinstance(event, Ready):
            worker.ready = True
            return
        if isinstance(event, DeviceLost):
            yield from self._lose(event, self._remove(worker))
            return
        if not isinstance(event, Stepped):  # so often, and whoever takes a step is seen to compute
            self._watchdog.heard(worker.pid)
        if isinstance(event, TaskDone | TaskFailed):
            worker.task = None
        yield event

    def _on_worker_death(self, worker: _Worker) -> Iterator[Event]:
        """A worker died: its task goes back to the head of the queue, unless the task or the device kills workers."""
        task, code = self._remove(worker), worker.process.exitcode
        culprit = task.configs[0].label if worker.ready else worker.device
        self._losses[culprit] = losses = self._losses.get(culprit, 0) + 1
        if losses < MOST_LOSSES:
            self.submit(task, inf)
        elif not worker.ready:
            told = f"{losses} workers died on it before their first task, the last with exit code {code}"
            yield from self._lose(DeviceLost(worker.device, told), task)
        else:
            # The kernel kills who takes the last of the memory, and says no more than anyone else who kills.
            fault: Fault = "memory" if code == -signal.SIGKILL else "environment"
            yield TaskFailed(task, f"{losses} workers died on it, the last with exit code {code}", fault)

    def _lose(self, lost: DeviceLost, task: CohortTask) -> Iterator[Event]:
        """No worker is started on a device any more; the task of the one that met it waits for another's."""
        self._places.pop(lost.device, None)  # others may have met it, too
        self.submit(task, inf)
        yield lost
        if not self._places:
            raise UserError(
                f"no device is left: {lost.device}: {lost.message}; all runs are kept, and once that is mended, "
                "the same command goes on"
            )

    def _remove(self, worker: _Worker) -> CohortTask:
        """Forget a worker that has ended; the task that it had."""
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        self._watchdog.forget(worker.pid)
        assert worker.task is not None
        return worker.task

    def _of(self, task: CohortTask) -> _Worker:
        return next(worker for worker in self._workers if worker.task is not None and worker.task == task)
