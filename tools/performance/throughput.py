"""Discriminator steps a second of each variant: plain loops against cohorts, all with all cores of the machine."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import torch

from benchmark.datasets.catalog import load_split
from benchmark.environment import cores
from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.training.arrangement import arrangement
from benchmark.training.cohort import Cohort
from benchmark.training.setup import TrainingSetup
from benchmark.workers.arithmetic import worker_arithmetic
from benchmark.workers.pool import ALLOCATOR
from ganzoo.registry import find_variant
from tools.performance.plain_loop import PlainLoop

WARM_UP_STEPS = 130  # past the recording of gradients
WINDOW_SECONDS = 2.0
BURST = 10


@dataclass(frozen=True)
class Rate:
    """One measurement.

    Attributes:
        variant: What trained.
        side: "plain", one process with all threads; "processes", a plain loop a core; or "ganbench".
        repeat: From 0; sides alternate.
        member_steps_per_second: Discriminator updates a second, of all processes together.
    """

    variant: str
    side: str
    repeat: int
    member_steps_per_second: float


@dataclass(frozen=True)
class Machine:
    """What both sides may use.

    Attributes:
        data: The data folder.
        device: Where to train, as torch names it.
        members: Of our cohort on a GPU; on a CPU each core has a cohort of one.
    """

    data: Path
    device: str
    members: int

    @property
    def processes(self) -> int:
        """How many train on our side."""
        return cores() if self.device == "cpu" else 1


def measure(spec: Spec, variants: Sequence[str], machine: Machine, repeats: int) -> Iterator[Rate]:
    """Measure variants in turn, each side `repeats` times alternately.

    Args:
        spec: Names the data set, the batch size and the resolution.
        variants: Names of variants.
        machine: What both sides may use.
        repeats: Measurements a side.
    """
    count = machine.processes
    with _processes(1, {}) as plain, _processes(count, {}) as several, _processes(count, ALLOCATOR) as ours:
        sides = {"plain": (plain, 1), "processes": (several, count), "ganbench": (ours, count)}
        if count == 1:
            del sides["processes"]
        for variant in variants:
            for repeat in range(repeats):
                for side, (pool, number) in sides.items():
                    asked = [pool.submit(steps_per_second, side, spec, variant, machine) for _ in range(number)]
                    yield Rate(variant, side, repeat, sum(each.result() for each in asked))


@contextmanager
def _processes(count: int, environment: dict[str, str]) -> Iterator[ProcessPoolExecutor]:
    """Spawned processes that read an environment of their own when they start."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(abs, range(count)))
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        yield pool


def steps_per_second(side: str, spec: Spec, variant: str, machine: Machine) -> float:
    """How many steps of single models this process makes, with the paper's settings and both players in turn."""
    threads = {"plain": cores(), "processes": 1}
    with worker_arithmetic() if side == "ganbench" else _threads(threads[side]):
        return _timed(side, spec, variant, machine)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """With as many threads; as many as there are cores is how PyTorch computes where nobody set anything."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _timed(side: str, spec: Spec, variant: str, machine: Machine) -> float:
    trainer = cohort_of(spec, variant, machine) if side == "ganbench" else _plain(spec, variant, machine)
    members = 1 if isinstance(trainer, PlainLoop) else len(trainer.members)
    steps = WARM_UP_STEPS
    trainer.advance(steps)
    _wait(machine.device)
    started = perf_counter()
    while (passed := perf_counter() - started) < WINDOW_SECONDS:
        steps += BURST
        trainer.advance(steps)
        _wait(machine.device)
    return members * (steps - WARM_UP_STEPS) / passed


def _plain(spec: Spec, name: str, machine: Machine) -> PlainLoop:
    setup = _setup(spec, name, machine)
    return PlainLoop(setup, _assignments(spec, setup, 1)[0], fused=True)


def cohort_of(spec: Spec, name: str, machine: Machine) -> Cohort:
    """A cohort that trains a variant with the paper's settings: as many members as a GPU is given, one on a CPU.

    Args:
        spec: Names the data set, the batch size and the resolution.
        name: Of the variant.
        machine: Where, and how many.
    """
    setup = _setup(spec, name, machine)
    configs = _assignments(spec, setup, 1 if machine.device == "cpu" else machine.members)
    places, method = arrangement(setup, len(configs), "auto")
    return Cohort(setup, configs[:places], BURST, method)


def _setup(spec: Spec, name: str, machine: Machine) -> TrainingSetup:
    variant = find_variant(name)
    images = load_split(spec.dataset, spec.train_split, machine.data, spec.resolution).to(torch.device(machine.device))
    # So long that schedules stay where they start.
    return TrainingSetup.of(variant, images, spec.budget.images_a_batch(variant.batch_size), steps=10**9)


def _assignments(spec: Spec, setup: TrainingSetup, count: int) -> list[TrialConfig]:
    variant = setup.model.variant
    # Equal turns, so that a step means the same for every variant.
    settings = variant.defaults.present() | {"n_critic": 1.0}
    return [TrialConfig(variant.name, "trial", row, spec.seed + row, settings) for row in range(count)]


def _wait(device: str) -> None:
    if device != "cpu":
        torch.cuda.synchronize(device)
