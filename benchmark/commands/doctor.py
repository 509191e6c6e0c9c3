"""What this machine has for the benchmark, and what to do about what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from benchmark.datasets.catalog import known_datasets
from benchmark.environment import PACKAGES, choose_device, device_name, installed
from benchmark.paths import Paths
from benchmark.scoring.extractors.catalog import known_extractors
from benchmark.spec.spec_files import known_specs

_ABSENT = "install ganbench again, which brings it: `make bench` in a checkout, else `pip install` of its wheel"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: What.
        state: What was found.
        advice: What to do about it; None if all is well.
    """

    topic: str
    state: str
    advice: str | None = None


def examine(paths: Paths) -> Iterator[Finding]:
    """Look at versions, device, data sets and extractor weights; nothing is downloaded."""
    for package in PACKAGES:
        found = installed(package)
        yield Finding(package, found, _ABSENT if found == "absent" else None)
    device = choose_device("auto")
    advice = None if device.type == "cuda" else "the digits study is made for a CPU; mnist and cifar10 want a GPU"
    yield Finding("device", f"{device_name(device)} ({device})", advice)
    yield Finding("memory", _memory(device))
    for name, dataset in known_datasets().items():
        yield _presence(f"dataset {name}", dataset.problem(paths.data))
    for name, extractor in known_extractors().items():
        yield _presence(f"extractor {name}", extractor.problem(paths.data))
    yield Finding("studies", ", ".join(known_specs(paths.studies)))


def _presence(topic: str, problem: str | None) -> Finding:
    return Finding(topic, "missing" if problem else "present", problem)


def _memory(device: torch.device) -> str:
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB free on the device"
    import psutil

    memory = psutil.virtual_memory()
    return f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free"
