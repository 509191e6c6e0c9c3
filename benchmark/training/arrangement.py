"""How many members of a cohort train at once, and how: measured on the device where they are to train."""

from collections.abc import Sequence
from time import perf_counter

import torch

from benchmark.records import Assignment
from benchmark.training.cohort import Cohort
from benchmark.training.lesson import Lesson

# Of what is free: scoring needs some too.
SHARE = 0.7
# Past the warm-up and the capture of every graph.
WARM_UP_STEPS = 24
TIMED_STEPS = 48


def arrangement(lesson: Lesson, assignments: Sequence[Assignment], method: str) -> tuple[int, str]:
    """How many of some members to train at once, and by which method.

    Args:
        lesson: What they train on.
        assignments: The members.
        method: As a spec says it, "auto" included.
    """
    if lesson.data.images.device.type != "cuda":
        return len(assignments), "looped" if method == "auto" else method
    places = min(len(assignments), places_in_memory(lesson, assignments[0]))
    return places, fastest(lesson, assignments[:places]) if method == "auto" else method


def fastest(lesson: Lesson, assignments: Sequence[Assignment]) -> str:
    """The method by which members train in the least time; measured once for a lesson and a number of members."""
    size = len(assignments)
    if size not in lesson.methods:
        lesson.methods[size] = min(("stacked", "parallel"), key=lambda method: seconds(lesson, assignments, method))
    return lesson.methods[size]


def seconds(lesson: Lesson, assignments: Sequence[Assignment], method: str) -> float:
    """Time of some discriminator updates, and the generator updates that fall due, of all members together."""
    cohort = Cohort(lesson, assignments, interval=WARM_UP_STEPS + TIMED_STEPS, method=method)
    cohort.advance(WARM_UP_STEPS)
    started = perf_counter()
    cohort.advance(WARM_UP_STEPS + TIMED_STEPS)  # ends with a copy from the device
    return perf_counter() - started


def places_in_memory(lesson: Lesson, assignment: Assignment) -> int:
    """How many members like one fit into the free memory of a GPU, at least one."""
    one, two = (peak(lesson, [assignment] * count) for count in (1, 2))
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info(lesson.data.images.device)
    return places(int(free * SHARE), one, two)


def places(free: int, one: int, two: int) -> int:
    """How many members fit, at least one.

    Args:
        free: Memory, in bytes.
        one: What one member takes at most while it trains.
        two: What two take.
    """
    each = max(two - one, 1)
    return max(1, (free - (one - each)) // each)


def peak(lesson: Lesson, assignments: Sequence[Assignment]) -> int:
    """Bytes of a GPU that members take at most while they train stacked, which is the way that takes most."""
    device = lesson.data.images.device
    before = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    Cohort(lesson, assignments, interval=1, method="stacked").advance(2)
    return torch.cuda.max_memory_allocated(device) - before
