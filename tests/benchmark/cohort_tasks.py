"""Tasks of tests, and workers that are killed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from safetensors.torch import load_file

from benchmark.records import (
    DISCRIMINATOR_FILE,
    GENERATOR_FILE,
    TrialRecord,
)
from benchmark.workers.cohort_scheduler import run_task
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask, RungReport, folder_of

RungCallback = Callable[[Sequence[RungReport]], frozenset[int]]


def prune_nobody(reports: Sequence[RungReport]) -> frozenset[int]:
    return frozenset()


class Killed(BaseException):
    """As a signal would end a worker: nothing may catch it."""


class KillAfter:
    """Ends a worker when it has told of so many rungs."""

    def __init__(self, rungs: int) -> None:
        self.told: list[tuple[int, int]] = []
        self._rungs = rungs

    def __call__(self, reports: Sequence[RungReport]) -> frozenset[int]:
        self.told += [(report.config.number, report.rung.step) for report in reports]
        if len(self.told) >= self._rungs:
            raise Killed
        return frozenset()


def run(task: CohortTask, context: WorkerContext, report: RungCallback = prune_nobody) -> dict[int, TrialRecord]:
    return {record.config.number: record for record in run_task(task, context, report)}


def decisive(record: TrialRecord) -> TrialRecord:
    """A record without what the clock says, and without which of two ways, bit for bit the same, gradients came by."""
    costs = {name: value for name, value in record.costs.items() if not name.endswith("_seconds")}
    return replace(record, costs=costs, environment=record.environment | {"gradients": ""})


def weights_of(task: CohortTask) -> dict[str, torch.Tensor]:
    """The tensors of every member's networks, by member, file and name."""
    return {
        f"{config.number}/{file}/{name}": value
        for config in task.configs
        for file in (GENERATOR_FILE, DISCRIMINATOR_FILE)
        for name, value in load_file(folder_of(task, config) / file).items()
    }
