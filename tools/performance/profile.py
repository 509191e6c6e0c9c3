"""Where the time of a cohort's steps goes on a device: its kernels by time, and how long it had nothing to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import torch
from torch.autograd.profiler_util import FunctionEvent
from torch.profiler import ProfilerActivity, profile

from benchmark.environment import choose_device
from benchmark.spec import Spec
from tools.performance.throughput import BURST, WARM_UP_STEPS, Machine, cohort_of

STEPS = 20


@dataclass(frozen=True)
class KernelTime:
    """What one kernel took, or on a CPU one operation by itself.

    Attributes:
        variant: What trained.
        kernel: Its name; "idle" for the time in which the device had nothing to do.
        calls: How often it ran.
        milliseconds: A step of the whole cohort.
        share: Of the time of the steps, in [0, 1].
    """

    variant: str
    kernel: str
    calls: int
    milliseconds: float
    share: float


def kernel_times(spec: Spec, variant: str, machine: Machine, most: int = 25) -> list[KernelTime]:
    """The kernels of a warm cohort's steps that took longest, and the device's idle time first.

    Args:
        spec: Names the data set, the batch size and the resolution.
        variant: Name of a variant.
        machine: The device, and the members of the cohort on a GPU.
        most: Kernels that are told.
    """
    cohort = cohort_of(spec, variant, machine)
    cohort.advance(WARM_UP_STEPS)
    on_gpu = choose_device(machine.device).type == "cuda"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])]
    with profile(activities=activities) as seen:
        started = perf_counter()
        for step in range(WARM_UP_STEPS + BURST, WARM_UP_STEPS + STEPS + 1, BURST):
            cohort.advance(step)
        if on_gpu:
            torch.cuda.synchronize(machine.device)
        seconds = perf_counter() - started
    return _table(variant, seen.key_averages(), seconds, on_gpu=on_gpu)[: most + 1]


def _table(variant: str, events: Sequence[FunctionEvent], seconds: float, *, on_gpu: bool) -> list[KernelTime]:
    total = 1e6 * seconds  # the profiler counts microseconds
    spent = {each.key: each.self_device_time_total if on_gpu else each.self_cpu_time_total for each in events}
    calls = {each.key: each.count for each in events}
    busy = min(total, sum(spent.values()))
    rows = [KernelTime(variant, "idle", 0, (total - busy) / 1e3 / STEPS, 1 - busy / total)]
    longest = sorted((name for name in spent if spent[name] > 0), key=spent.__getitem__, reverse=True)
    return rows + [KernelTime(variant, n, calls[n], spent[n] / 1e3 / STEPS, spent[n] / total) for n in longest]
