"""What workers tell, and what a study asks of them, on one host or many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from benchmark.records import TrialRecord
from benchmark.workers.faults import Fault
from benchmark.workers.task import CohortTask, MemberStep, RungReport

Result = TypeVar("Result")


@dataclass(frozen=True)
class Started:
    """A worker took a task."""

    task: CohortTask


@dataclass(frozen=True)
class Stepped:
    """Members that train together have come so far; told about once a second while they train."""

    members: tuple[MemberStep, ...]


@dataclass(frozen=True)
class RungReached:
    """Members were scored; the worker waits for `Pool.answer` with the numbers to be pruned."""

    task: CohortTask
    reports: tuple[RungReport, ...]


@dataclass(frozen=True)
class Ended:
    """One member left a record."""

    task: CohortTask
    record: TrialRecord


@dataclass(frozen=True)
class TaskDone:
    """Every member of a task left a record."""

    task: CohortTask


@dataclass(frozen=True)
class TaskFailed:
    """A task cannot be run: it raised, or its workers were taken down.

    Attributes:
        task: Which.
        message: Why, in one line.
        fault: Whose fault it was.
        log: The file with its traceback; "" if there is none.
    """

    task: CohortTask
    message: str
    fault: Fault
    log: str = ""


@dataclass(frozen=True)
class Ready:
    """A worker can compute on its device."""


@dataclass(frozen=True)
class DeviceLost:
    """Nothing can be computed on a device any more; its workers are gone, and their tasks go to the others.

    Attributes:
        device: As torch names it.
        message: Why, in one line.
    """

    device: str
    message: str


Event = Started | Stepped | RungReached | Ended | TaskDone | TaskFailed | DeviceLost


class Pool(Protocol):
    """What a study asks of its workers, on one host or many."""

    def submit(self, task: CohortTask, urgency: float = 0.0) -> None:
        """Queue a task; the most urgent of those that wait is run first, and among equals the one that came first."""

    def events(self) -> Iterator[Event]:
        """Wait for what happens next; ends when no task is queued or running."""

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        """Let the worker that waits after a `RungReached` go on."""


class ManagedPool(Pool, Protocol):
    """A pool as whoever starts a study has it: workers live within it, and a process beside them does other work.

    Attributes:
        size: How many workers there are at most; 0 where that depends on the room that comes up.
    """

    size: int

    def __enter__(self) -> "ManagedPool":
        """Workers may be started."""

    def __exit__(self, *_: object) -> None:
        """None is left."""

    def end(self, grace: float = 0.0) -> None:
        """End all workers; they may keep what they have on its way within so many seconds."""

    def run_in_subprocess(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Call a function in a process of its own on this host; what it gives waits for the outcome."""
