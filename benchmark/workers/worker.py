"""A worker process: takes a task, runs it, tells, until its parent or a signal ends it."""

import signal
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from benchmark.addresses import redacted
from benchmark.processes import end_with_parent
from benchmark.records import Split
from benchmark.tracebacks import slip_of, with_place, write_log
from benchmark.workers.events import DeviceLost, Ended, Ready, RungReached, Stepped, TaskDone, TaskFailed
from benchmark.workers.faults import breaks_the_device, fault_of, one_line
from benchmark.workers.sockets import has_room
from benchmark.workers.stopping import Stopped, StopRequest
from benchmark.workers.task import CohortTask, MemberStep, RungReport

if TYPE_CHECKING:
    from benchmark.workers.context import WorkerContext


def serve(pipe: Connection, threads: int, device: str = "") -> None:
    """A worker's life.

    On SIGTERM it keeps checkpoints of what it trains, and ends.

    Args:
        pipe: Tasks and answers come through it, events go.
        threads: CPU threads to compute with.
        device: All of its tasks', as torch names it: whether it computes is seen, and told, before the first.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = StopRequest()
    stop.listen()
    end_with_parent()
    from tqdm import tqdm

    from benchmark.workers.arithmetic import worker_arithmetic

    # Its usual lock is a semaphore, which a worker that is ended leaves behind, and Python warns of that.
    tqdm.set_lock(threading.RLock())
    contexts: dict[tuple[str, Split], WorkerContext] = {}
    # Asked to end, or its parent has.
    with suppress(Stopped, EOFError, BrokenPipeError, ConnectionResetError), worker_arithmetic(threads):
        if device:
            told = _seen(device)
            pipe.send(told)
            if isinstance(told, DeviceLost):
                return
        while True:
            with stop.at_once():
                task: CohortTask = pipe.recv()
            _serve_task(pipe, task, contexts, stop)


def _seen(device: str) -> Ready | DeviceLost:
    """Whether a device computes."""
    import torch

    try:
        torch.zeros(1, device=device).add_(1).item()
    except Exception as error:  # whatever a driver raises
        return DeviceLost(device, one_line(error))
    return Ready()


def _failure(task: CohortTask, error: Exception) -> TaskFailed:
    """What is told of a task whose own code raised: the place in one line, and where the whole traceback is."""
    log = ""
    with suppress(OSError):  # there may be no room for it
        log = str(write_log(redacted("".join(traceback.format_exception(error))), task.errors))
    return TaskFailed(task, slip_of(error) or with_place(one_line(error), error), "code", log)


def _serve_task(
    pipe: Connection, task: CohortTask, contexts: "dict[tuple[str, Split], WorkerContext]", stop: StopRequest
) -> None:
    import torch

    from benchmark.workers.cohort_scheduler import run_task
    from benchmark.workers.context import WorkerContext

    def report(reports: Sequence[RungReport]) -> frozenset[int]:
        pipe.send(RungReached(task, tuple(reports)))
        with stop.at_once():
            pruned: frozenset[int] = pipe.recv()
        return pruned

    def tell(members: Sequence[MemberStep]) -> None:
        # Training waits for nobody who has other things to do than to listen; the next one says it better.
        if has_room(pipe):
            pipe.send(Stepped(tuple(members)))

    try:
        key = (task.spec.study_id, task.split)
        if key not in contexts:
            with stop.at_once():
                contexts[key] = WorkerContext.of(task)
        for record in run_task(task, contexts[key], report, stop, tell):
            pipe.send(Ended(task, record))
        pipe.send(TaskDone(task))
    except Exception as error:
        if breaks_the_device(error):
            raise
        fault = fault_of(error)
        pipe.send(_failure(task, error) if fault == "code" else TaskFailed(task, one_line(error), fault))
        if fault == "memory" and torch.cuda.is_available():
            torch.cuda.empty_cache()
