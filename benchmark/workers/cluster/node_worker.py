"""A worker on a node of a cluster: the pool of a host, of one process, and what it needs to be anywhere.

It knows nothing of the cluster's engine: whoever carries its answers may be Ray, or a test.
"""

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmark.errors import UserError
from benchmark.files import lives
from benchmark.paths import Paths
from benchmark.workers.cluster.luggage import Luggage, Packer
from benchmark.workers.cluster.luggage import unpack as unpack_luggage
from benchmark.workers.cluster.supplies import Crate
from benchmark.workers.cluster.supplies import unpack as unpack_supplies
from benchmark.workers.events import DeviceLost, Event, RungReached, Started, TaskDone, TaskFailed
from benchmark.workers.faults import fault_of, one_line
from benchmark.workers.pool import ProcessPool
from benchmark.workers.task import CohortTask


@dataclass(frozen=True)
class Place:
    """Where a worker is.

    Attributes:
        node: The node, as the cluster calls it.
        host: Its name, for people.
    """

    node: str
    host: str


@dataclass(frozen=True)
class Heard:
    """What a worker tells.

    Attributes:
        event: What happened; None after it was asked to end.
        luggage: What its runs have written by then.
        log: Of a task that failed: its traceback.
    """

    event: Event | None
    luggage: Luggage
    log: str = ""


class NodeWorker:
    """One worker process on this host, told what to do from another.

    Args:
        node: What the cluster calls this host, or this share of it.
        threads: CPU threads to compute with.
        get: Bytes of a piece of a supply.
        folder: Where nodes keep what they need; the system's folder of temporary files if None.
    """

    def __init__(self, node: str, threads: int, get: Callable[[Any], bytes], folder: Path | None = None) -> None:
        root = folder or Path(tempfile.gettempdir()) / f"ganbench-{os.getuid()}"
        self._node, self._threads, self._get = node, threads, get
        shared, own = Paths(root / node, root / node / "data"), root / node / "workers"
        self._shared = {"data": shared.data, "cache": shared.cache}
        _sweep(own)
        self._own = Paths(own / str(os.getpid()), shared.data)
        self._pool: ProcessPool | None = None
        self._device = ""
        self._events: Iterator[Event] = iter(())
        self._rung: RungReached | None = None
        self._packer = Packer(self._own.work(""))  # of no run, until there is a task
        self._busy = threading.Lock()  # held by who waits for what happens next

    def place(self) -> Place:
        """Where it is."""
        return Place(self._node, socket.gethostname())

    def begin(self, task: CohortTask, luggage: Luggage, crates: Sequence[Crate]) -> Heard:
        """Take a task, and wait for the first that is to be told of it.

        Args:
            task: With the folders of who asks.
            luggage: What its runs have written before.
            crates: What they read.
        """
        with self._busy:
            return self._begin(task, luggage, crates)

    def _begin(self, task: CohortTask, luggage: Luggage, crates: Sequence[Crate]) -> Heard:
        self._asked = task
        work = self._own.work(task.work.name)
        labels = [config.label for config in task.configs]
        try:
            unpack_supplies(crates, self._shared, self._get)
            for label in labels:
                shutil.rmtree(work / label, ignore_errors=True)
                (work / label).mkdir(parents=True)
            unpack_luggage(luggage, work)
        except OSError as error:
            return Heard(self._failed(error), {})
        self._packer = Packer(work)
        self._packer.know(labels)
        pool = self._pool_on(task.device)
        pool.submit(replace(task, work=work, data=self._shared["data"], cache=self._shared["cache"]))
        self._events = pool.events()
        return self._next()

    def go_on(self, pruned: frozenset[int] | None = None) -> Heard:
        """Wait for what happens next.

        Args:
            pruned: The answer to what was told last, where that was a `RungReached`.
        """
        with self._busy:
            if self._rung is not None and self._pool is not None:
                self._pool.answer(self._rung, pruned or frozenset())
                self._rung = None
            return self._next()

    def end(self, grace: float) -> Luggage:
        """Keep what runs have on their way, and compute nothing any more; another thread may wait in `go_on`.

        Args:
            grace: Seconds for that; nothing is given where they do not suffice.
        """
        if self._pool is not None:
            self._pool.stop()
        if not self._busy.acquire(timeout=grace):
            return {}
        try:
            if self._pool is not None:
                self._pool.end(grace)
            return self._packer.changed()
        finally:
            self._busy.release()

    def _pool_on(self, device: str) -> ProcessPool:
        """The process that computes on a device, there from one task to the next."""
        if self._pool is None or device != self._device:
            if self._pool is not None:
                self._pool.end()
            places = (device,) if device != "cpu" else ()
            self._pool, self._device = ProcessPool(1, self._threads, devices=places), device
        return self._pool

    def _next(self) -> Heard:
        try:
            event = next((each for each in self._events if not isinstance(each, Started)), None)
        except (OSError, UserError) as error:  # the process cannot be started; no device is left, which was told
            return Heard(self._failed(error), {})
        if event is None:
            return Heard(None, {})
        if isinstance(event, DeviceLost):
            return Heard(DeviceLost(f"{event.device} of {self.place().host}", event.message), {})
        if isinstance(event, RungReached):
            self._rung = event
        luggage, log = self._packer.changed(), ""
        if isinstance(event, TaskFailed):
            event = replace(event, message=self._located(event))
            if event.log:
                log = Path(event.log).read_text(encoding="utf-8")
        if isinstance(event, TaskDone | TaskFailed):
            for config in self._asked.configs:
                shutil.rmtree(self._own.work(self._asked.work.name) / config.label, ignore_errors=True)
        return Heard(event, luggage, log)

    def _failed(self, error: Exception) -> TaskFailed:
        failed = TaskFailed(self._asked, one_line(error), fault_of(error))
        return replace(failed, message=self._located(failed))

    def _located(self, failed: TaskFailed) -> str:
        """What is told of a failure: of one of its surroundings, where it was."""
        return failed.message if failed.fault == "code" else f"on {self.place().host}: {failed.message}"


def _sweep(folder: Path) -> None:
    """Remove what workers left that were killed."""
    for each in folder.glob("*"):
        if each.name.isdecimal() and not lives(int(each.name)):
            shutil.rmtree(each, ignore_errors=True)
