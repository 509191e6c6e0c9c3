"""A worker's target that a spawned process can import, which a test module is not."""

from multiprocessing.connection import Connection

from benchmark.workers import cohort_scheduler
from benchmark.workers.worker import serve


def serve_and_tell_all_steps(pipe: Connection, threads: int) -> None:
    """A worker that does not wait a second between two steps that it tells."""
    cohort_scheduler.SECONDS_BETWEEN_STEPS_TOLD = 0.0
    serve(pipe, threads)
