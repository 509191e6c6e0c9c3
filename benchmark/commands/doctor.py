"""What this machine has for the benchmark, and what to do about what is missing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch

from benchmark.datasets.catalog import DATASETS, known_datasets
from benchmark.environment import PACKAGES, choose_device, device_name, installed
from benchmark.paths import Paths
from benchmark.plugins import examined
from benchmark.scoring.extractors.catalog import EXTRACTORS, known_extractors
from benchmark.spec.spec_files import known_specs
from ganzoo.entry_points import PluginError

Entry = TypeVar("Entry")
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
    """Look at versions, device, data sets, extractor weights and other people's packages; nothing is downloaded."""
    for package in PACKAGES:
        found = installed(package)
        yield Finding(package, found, _ABSENT if found == "absent" else None)
    device = choose_device("auto")
    advice = None if device.type == "cuda" else "the digits study is made for a CPU; mnist and cifar10 want a GPU"
    yield Finding("device", f"{device_name(device)} ({device})", advice)
    yield Finding("memory", _memory(device))
    for name, dataset in _usable(known_datasets, DATASETS).items():
        yield _presence(f"dataset {name}", dataset.problem(paths.data))
    for name, extractor in _usable(known_extractors, EXTRACTORS).items():
        yield _presence(f"extractor {name}", extractor.problem(paths.data))
    yield Finding("studies", ", ".join(known_specs(paths.studies)))
    plugins, others = examined()
    for plugin in plugins:
        state = f"{'broken' if plugin.problem else 'present'}: {plugin.group}, entry point {plugin.entry!r}"
        yield Finding(f"plugin {plugin.package}", state, plugin.problem or None)
    for problem in others:
        yield Finding("plugins", "broken", problem)


def _usable(known: Callable[[], Mapping[str, Entry]], built_in: Mapping[str, Entry]) -> Mapping[str, Entry]:
    """A catalog, less what packages add if one of them is broken."""
    try:
        return known()
    except PluginError:
        return built_in


def _presence(topic: str, problem: str | None) -> Finding:
    return Finding(topic, "missing" if problem else "present", problem)


def _memory(device: torch.device) -> str:
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB free on the device"
    import psutil

    memory = psutil.virtual_memory()
    return f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free"
