"""What this machine does while a study runs, sampled for MLflow's page of system metrics.

Workers share the machine, so a sample is the machine's, and every run that is open then gets it: what a run alone took
stands in its `resources/` instead.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from benchmark.errors import UserError
from benchmark.plain_text import shown

PREFIX = "system"  # MLflow shows what is called so on a page of its own
INTERVAL = "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL"
SECONDS, LONGEST_SECONDS = 10.0, 86_400


@contextmanager
def sampled(tell: Callable[[dict[str, float]], None]) -> Iterator[None]:
    """Within it, a thread samples the machine, every ten seconds or as MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL says.

    Args:
        tell: Told each sample, by name as in "system/cpu_utilization_percentage"; called in the thread.

    Raises:
        UserError: if the interval is no positive number.
    """
    seconds, monitors, over = sampling_seconds(), _monitors(), threading.Event()
    sample(monitors)  # the processor's use is counted from the call before

    def work() -> None:
        while not over.wait(seconds):
            tell(sample(monitors))

    thread = threading.Thread(target=work, daemon=True, name="system metrics")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def sampling_seconds() -> float:
    """Seconds between two samples, more than 0.

    Raises:
        UserError: if the environment says something else.
    """
    text = os.environ.get(INTERVAL) or str(SECONDS)
    with suppress(ValueError):
        if 0 < (seconds := float(text)) <= LONGEST_SECONDS:
            return seconds
    raise UserError(f"{INTERVAL} {shown(text)}: must be a number of seconds, more than 0 and at most {LONGEST_SECONDS}")


def sample(monitors: list[Any]) -> dict[str, float]:
    """One sample under MLflow's names.

    Args:
        monitors: MLflow's, which have no types.
    """
    values: dict[str, float] = {}
    for monitor in monitors:
        monitor.collect_metrics()
        values |= monitor.aggregate_metrics()
        monitor.clear_metrics()
    return {f"{PREFIX}/{name}": float(value) for name, value in values.items()}


def _monitors() -> list[Any]:
    """MLflow's: of the processor, memory, disk and network, and of NVIDIA's GPUs where nvidia-ml-py is installed."""
    from mlflow.system_metrics.metrics.cpu_monitor import CPUMonitor
    from mlflow.system_metrics.metrics.disk_monitor import DiskMonitor
    from mlflow.system_metrics.metrics.gpu_monitor import GPUMonitor
    from mlflow.system_metrics.metrics.network_monitor import NetworkMonitor

    found: list[Any] = [CPUMonitor(), DiskMonitor(), NetworkMonitor()]  # type: ignore[no-untyped-call]
    with suppress(Exception):  # no GPU, no driver, or no package that asks it
        found.append(GPUMonitor())  # type: ignore[no-untyped-call]
    return found
