"""How many members of a cohort train at once, and how: measured on the device where they are to train."""

from time import perf_counter

import torch

from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.setup import TrainingSetup

CANDIDATES = ("stacked", "parallel", "channels-last")
# Of what is free: scoring needs some too.
SHARE = 0.7
# Past the warm-up and the capture of every graph.
WARM_UP_STEPS = 24
TIMED_STEPS = 48


def arrangement(setup: TrainingSetup, members: int, method: str) -> tuple[int, str]:
    """How many of some members to train at once, and by which method.

    Args:
        setup: What they train on.
        members: How many there are.
        method: As a spec says it, "auto" included.
    """
    if setup.data.images.device.type != "cuda":
        return members, "looped" if method == "auto" else method
    places = min(members, places_in_memory(setup))
    return places, fastest(setup, places) if method == "auto" else method


def fastest(setup: TrainingSetup, members: int) -> str:
    """The method by which so many members train in the least time; measured once for a setup."""
    if members not in setup.methods:
        setup.methods[members] = min(CANDIDATES, key=lambda method: seconds(setup, members, method))
    return setup.methods[members]


def seconds(setup: TrainingSetup, members: int, method: str) -> float:
    """Time of some discriminator updates, and the generator updates that fall due, of all members together."""
    cohort = _cohort(setup, members, WARM_UP_STEPS + TIMED_STEPS, method)
    cohort.advance(WARM_UP_STEPS)
    started = perf_counter()
    cohort.advance(WARM_UP_STEPS + TIMED_STEPS)  # ends with a copy from the device
    return perf_counter() - started


def places_in_memory(setup: TrainingSetup) -> int:
    """How many members fit into the free memory of a GPU, at least one."""
    one, two = peak(setup, 1), peak(setup, 2)
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info(setup.data.images.device)
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


def peak(setup: TrainingSetup, members: int) -> int:
    """Bytes of a GPU that members take at most while they train stacked, which is the way that takes most."""
    device = setup.data.images.device
    before = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    _cohort(setup, members, 1, "stacked").advance(2)
    return torch.cuda.max_memory_allocated(device) - before


def _cohort(setup: TrainingSetup, members: int, interval: int, method: str) -> Cohort:
    """Members with the paper's settings, which do not diverge in a moment."""
    variant = setup.model.variant
    settings = variant.defaults.present()
    return Cohort(setup, [TrialConfig(variant.name, "trial", n, n, settings) for n in range(members)], interval, method)
