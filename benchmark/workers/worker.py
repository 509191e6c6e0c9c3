"""A worker process: takes a task, runs it, tells, until its parent ends."""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from benchmark.records import Split
from benchmark.workers.events import Ended, RungReached, TaskDone, TaskFailed
from benchmark.workers.task import CohortTask, RungReport

if TYPE_CHECKING:
    pass


def serve(pipe: Connection, threads: int) -> None:
    """A worker's life.

    Args:
        pipe: Tasks and answers come through it, events go.
        threads: CPU threads to compute with.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import torch
    from tqdm import tqdm

    from benchmark.workers.cohort_scheduler import run_task
    from benchmark.workers.context import WorkerContext

    # Its usual lock is a semaphore, which a worker that is ended leaves behind, and Python warns of that.
    tqdm.set_lock(threading.RLock())
    torch.set_num_threads(threads)
    # Denormals slow CPU kernels tenfold once a discriminator has become sure of itself.
    torch.set_flush_denormal(True)
    contexts: dict[tuple[str, Split], WorkerContext] = {}
    while True:
        task: CohortTask = pipe.recv()

        def report(reports: Sequence[RungReport], task: CohortTask = task) -> frozenset[int]:
            pipe.send(RungReached(task, tuple(reports)))
            pruned: frozenset[int] = pipe.recv()
            return pruned

        try:
            key = (task.spec.study_id, task.split)
            context = contexts[key] = contexts.get(key) or WorkerContext.of(task)
            for record in run_task(task, context, report):
                pipe.send(Ended(task, record))
            pipe.send(TaskDone(task))
        except torch.OutOfMemoryError as error:
            pipe.send(TaskFailed(task, str(error).splitlines()[0], out_of_memory=True))
            torch.cuda.empty_cache()
        except Exception as error:
            traceback.print_exc()
            pipe.send(TaskFailed(task, f"{type(error).__name__}: {error}".splitlines()[0], out_of_memory=False))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    # Public for all its underscore; `sys.exit` would end this thread alone.
    os._exit(1)
