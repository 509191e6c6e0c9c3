"""The pool of a Ray cluster: one actor a worker, wherever there is room, and nothing of it on a shared disk."""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from benchmark.errors import UserError
from benchmark.tracebacks import write_log
from benchmark.workers.cluster.asked import SYNTAX, Cluster
from benchmark.workers.cluster.connection import connected, gist
from benchmark.workers.cluster.luggage import luggage_for, unpack
from benchmark.workers.cluster.node_worker import Heard, NodeWorker, Place
from benchmark.workers.cluster.supplies import Crate, crated, supplies_of
from benchmark.workers.errand import MOST_LOSSES, Result
from benchmark.workers.events import DeviceLost, Event, RungReached, Started, Stepped, TaskDone, TaskFailed
from benchmark.workers.pool import ProcessPool
from benchmark.workers.task import CohortTask

LOOKS_EVERY = 5.0  # seconds, after which room that has come up is found
# Of the seconds that workers may keep what they have in: theirs, before it is fetched.
SHARE_OF_GRACE = 0.7


@dataclass
class _Slot:
    actor: Any
    call: Any  # that it answers next; None while it has nothing to do
    place: Place | None = None  # unknown until it runs
    task: CohortTask | None = None


class RayPool:
    """Actors of a Ray cluster, as many as there is room for; a task whose node leaves goes to another.

    Args:
        cluster: Which, and what each actor takes of its node.
        device: "cuda", "cpu", or "auto": GPUs where the cluster has any.

    Attributes:
        size: Actors at most; 0: as many as there is room for.
        device: Where all tasks compute.

    Raises:
        UserError: if Ray is not installed here, there is no such cluster, or it has no GPU.
    """

    def __init__(self, cluster: Cluster, device: str) -> None:
        self._ray = connected(cluster.address)
        try:
            self.device = self._chosen(device)
            gpus = (1.0 if cluster.gpus is None else cluster.gpus) if self.device == "cuda" else 0.0
            self._asked = {"CPU": cluster.cpus, "GPU": gpus, "memory": cluster.memory}
            self._check_claim()
        except UserError:
            self._ray.shutdown()
            raise
        # The second thread is for `end`.
        options = {"num_cpus": cluster.cpus, "num_gpus": gpus, "memory": cluster.memory or None, "max_concurrency": 2}
        self._actors = self._ray.remote(_Actor).options(**options)
        self.size = cluster.workers
        self._local = ProcessPool(1, 1)
        self._queue: list[tuple[float, int, CohortTask]] = []
        self._submitted = count()
        self._slots: list[_Slot] = []
        self._losses: dict[str, int] = {}
        self._failed_starts = 0
        self._crates: dict[tuple[str, str], list[Crate]] = {}

    def _check_claim(self) -> None:
        """Refuse a claim that no node could ever meet: Ray would wait for one without a word."""
        totals = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        asked = {name: share for name, share in self._asked.items() if share}
        if any(all(node.get(name, 0) >= share for name, share in asked.items()) for node in totals):
            return
        most = {name: max((node.get(name, 0) for node in totals), default=0) for name in asked}
        told = ", ".join(f"{share:g} {name} (at most {most[name]:g})" for name, share in asked.items())
        raise UserError(f"--workers: no node of the cluster has what a worker takes: {told}; {SYNTAX}")

    def _chosen(self, device: str) -> str:
        gpus = self._ray.cluster_resources().get("GPU", 0)
        if device == "auto":
            return "cuda" if gpus else "cpu"
        if device not in ("cpu", "cuda"):
            raise UserError(f"--device {device}: a cluster hands out its GPUs itself; allowed are auto, cpu and cuda")
        if device == "cuda" and not gpus:
            raise UserError("--device cuda: no node of the cluster has a GPU")
        return device

    def __enter__(self) -> "RayPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._ray.shutdown()

    def end(self, grace: float = 0.0) -> None:
        """End all actors; none of this study's is left when it returns.

        Args:
            grace: Seconds in which they may keep what they have on its way, for the next start to go on from.
        """
        self._local.end()
        busy = [slot for slot in self._slots if slot.task]
        if grace and busy:
            calls = {slot.actor.end.remote(grace * SHARE_OF_GRACE): slot for slot in busy}
            done, _ = self._ray.wait(list(calls), num_returns=len(calls), timeout=grace)
            for call in done:
                task = calls[call].task
                with suppress(self._ray.exceptions.RayError):
                    unpack(self._ray.get(call), task.work) if task else None
        for slot in self._slots:
            self._ray.kill(slot.actor)
        self._slots.clear()

    def run_in_subprocess(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Call a function in a process of its own on this host, as `ProcessPool.run_in_subprocess`."""
        return self._local.run_in_subprocess(function)

    def submit(self, task: CohortTask, urgency: float = 0.0) -> None:
        """Queue a task; the most urgent of those that wait is run first, and among equals the one that came first."""
        heappush(self._queue, (-urgency, next(self._submitted), replace(task, device=self.device)))

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        """Let the worker that waits after a `RungReached` go on."""
        slot = next(slot for slot in self._slots if slot.task == event.task)
        slot.call = slot.actor.go_on.remote(pruned)

    def events(self) -> Iterator[Event]:
        """Wait for what happens next; ends when no task is queued or running."""
        while True:
            self._ask_for_actors()
            yield from self._dispatch()
            if not self._queue and not any(slot.task for slot in self._slots):
                return
            calls = {slot.call: slot for slot in self._slots if slot.call is not None}
            done, _ = self._ray.wait(list(calls), timeout=LOOKS_EVERY)
            for call in done:
                yield from self._receive(calls[call])

    def _ask_for_actors(self) -> None:
        """Have as many more actors as there are tasks that wait and room for them; one is always asked for.

        Room may come up with a node that joins, or one that the cluster fetches because it is asked.
        """
        free = [slot for slot in self._slots if slot.task is None]
        wanted = len(self._queue) - len(free)
        if self.size:
            wanted = min(wanted, self.size - len(self._slots))
        if wanted <= 0:
            return
        room = max(self._room() - sum(slot.place is None for slot in free), 0)
        for _ in range(min(wanted, max(room, 0 if free else 1))):
            actor = self._actors.remote(int(self._asked["CPU"]))
            self._slots.append(_Slot(actor, actor.place.remote()))

    def _room(self) -> int:
        """How many actors more the nodes together have room for, as far as sums can tell."""
        free = self._ray.available_resources()
        return min(int(free.get(name, 0) / share) for name, share in self._asked.items() if share)

    def _dispatch(self) -> Iterator[Event]:
        for slot in self._slots:
            if slot.place is None or slot.task is not None or not self._queue:
                continue
            *_, task = heappop(self._queue)
            slot.task = task
            luggage = luggage_for(task.work, (config.label for config in task.configs))
            slot.call = slot.actor.begin.remote(task, luggage, self._crates_for(task))
            yield Started(task)

    def _crates_for(self, task: CohortTask) -> list[Crate]:
        """What a task's runs read, stored in the cluster once."""
        key = task.spec.study_id, task.split
        if key not in self._crates:
            found = self._local.run_in_subprocess(partial(supplies_of, task))()
            self._crates[key] = [crated(supply, task, self._ray.put) for supply in found]
        return self._crates[key]

    def _receive(self, slot: _Slot) -> Iterator[Event]:
        try:
            told: Place | Heard = self._ray.get(slot.call)
        except self._ray.exceptions.RayError as error:
            yield from self._lose(slot, error)
            return
        slot.call = None
        if isinstance(told, Place):
            slot.place, self._failed_starts = told, 0
            return
        assert slot.task is not None
        yield from self._take(slot, slot.task, told)

    def _take(self, slot: _Slot, task: CohortTask, heard: Heard) -> Iterator[Event]:
        unpack(heard.luggage, task.work)
        event = heard.event
        if event is None or isinstance(event, DeviceLost):
            yield from self._lose(slot, event and event.message)
            return
        if not isinstance(event, Stepped):
            event = replace(event, task=task)  # as it was asked for, with the folders of here
        if isinstance(event, TaskFailed) and heard.log:
            event = replace(event, log=str(write_log(heard.log, task.errors)))
        if isinstance(event, TaskDone | TaskFailed):
            slot.task = None
        elif not isinstance(event, RungReached):  # which waits for `answer`
            slot.call = slot.actor.go_on.remote()
        yield event

    def _lose(self, slot: _Slot, reason: object) -> Iterator[Event]:
        """An actor is gone: its task goes back to the head of the queue, unless it is that which ends actors."""
        self._slots.remove(slot)
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(slot.actor)
        told = gist(reason)
        if slot.place is None:
            self._failed_starts += 1
            if self._failed_starts == MOST_LOSSES:
                raise UserError(f"the cluster starts no worker: {told}; all runs are kept")
        if slot.task is None:
            return
        assert slot.place is not None
        label = slot.task.configs[0].label
        if slot.place.node in self._nodes():  # who leaves with his node is not to blame
            self._losses[label] = self._losses.get(label, 0) + 1
        if self._losses.get(label, 0) < MOST_LOSSES:
            heappush(self._queue, (-math.inf, next(self._submitted), slot.task))
        else:
            message = f"{MOST_LOSSES} workers were lost with it, the last on {slot.place.host}: {told}"
            yield TaskFailed(slot.task, message, "environment")

    def _nodes(self) -> set[str]:
        """The nodes that are there."""
        return {node["NodeID"] for node in self._ray.nodes() if node["Alive"]}


class _Actor(NodeWorker):
    """A `NodeWorker` that Ray has placed on a node."""

    def __init__(self, threads: int) -> None:
        import ray

        super().__init__(ray.get_runtime_context().get_node_id(), threads, ray.get)
