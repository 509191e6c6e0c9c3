"""What a study's processes hold while it runs, by how many of its trials are over; and whether it grows."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from statistics import median

import psutil

from tools.kills.processes import processes_of


@dataclass(frozen=True)
class Holding:
    """What processes hold.

    Attributes:
        parent_memory: Of the command, in MB.
        other_memory: Of its workers and their server together, in MB.
        parent_files: Open files and sockets of the command.
        other_files: Of the others together.
        parent_threads: Of the command.
        other_threads: Of the others together.
    """

    parent_memory: float
    other_memory: float
    parent_files: int
    other_files: int
    parent_threads: int
    other_threads: int


@dataclass(frozen=True)
class Sample:
    """A look at a study.

    Attributes:
        trials: That are over.
        holding: What its processes hold.
    """

    trials: int
    holding: Holding


@dataclass(frozen=True)
class Growth:
    """What became of one figure.

    Attributes:
        name: Of the figure.
        before: Its median early on.
        after: Its median at the end.
    """

    name: str
    before: float
    after: float

    def is_flat(self, share: float) -> bool:
        """Whether it grew by no more than a share; files and threads by one, which may be passing."""
        slack = share * self.before if "memory" in self.name else 1.0
        return self.after <= self.before + slack


def look(session: int) -> Holding | None:
    """What the processes of a session hold; None if it is over."""
    sums = {"parent": [0.0, 0, 0], "other": [0.0, 0, 0]}
    for process in processes_of(session):
        with suppress(psutil.Error, OSError), process.oneshot():
            found = (process.memory_info().rss / 2**20, process.num_fds(), process.num_threads())
            kind = sums["parent" if process.pid == session else "other"]
            kind[:] = [one + other for one, other in zip(kind, found, strict=True)]
    (memory, files, threads), (other_memory, other_files, other_threads) = sums["parent"], sums["other"]
    if not threads:
        return None
    return Holding(memory, other_memory, int(files), int(other_files), int(threads), int(other_threads))


def growth(samples: Sequence[Sample], first: int, share: float) -> list[Growth]:
    """What became of each figure.

    Args:
        samples: In the order of time.
        first: Trials from which on it has to be flat.
        share: Of the trials after that, which the early and the late median are each taken over.

    Raises:
        ValueError: if there are too few samples.
    """
    last = max((sample.trials for sample in samples), default=0)
    span = (last - first) * share
    early = [astuple(each.holding) for each in samples if first <= each.trials <= first + span]
    late = [astuple(each.holding) for each in samples if each.trials >= last - span]
    if not early or not late or span <= 0:
        raise ValueError(f"{len(samples)} looks, up to trial {last}: too few to compare from trial {first} on")
    names = [field.name for field in fields(Holding)]
    medians = [[median(column) for column in zip(*rows, strict=True)] for rows in (early, late)]
    return [Growth(name, *pair) for name, *pair in zip(names, *medians, strict=True)]
