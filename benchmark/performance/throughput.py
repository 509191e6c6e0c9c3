"""Discriminator steps a second of each variant: a plain loop against cohorts, both with all cores of the machine."""

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
from benchmark.performance.plain_loop import PlainLoop
from benchmark.records import Assignment
from benchmark.spec import Spec
from benchmark.training.cohort import Cohort, TrainingPlan, lesson_of
from benchmark.workers import ALLOCATOR
from ganzoo.catalog import find_variant

WARM_UP_STEPS = 130  # past the recording of gradients
WINDOW_SECONDS = 2.0
BURST = 10


@dataclass(frozen=True)
class Rate:
    """One measurement.

    Attributes:
        variant: What trained.
        side: "plain" or "ganbench".
        repeat: From 0; sides alternate.
        member_steps_per_second: Discriminator updates a second, of all processes together.
    """

    variant: str
    side: str
    repeat: int
    member_steps_per_second: float


def measure(spec: Spec, variants: Sequence[str], data: Path, repeats: int) -> Iterator[Rate]:
    """Measure variants in turn, each side `repeats` times alternately, on the CPU.

    Args:
        spec: Names the data set, the batch size and the resolution.
        variants: Names of recipes.
        data: The data folder.
        repeats: Measurements a side.
    """
    cores = len(os.sched_getaffinity(0))
    with _processes(1, {}) as plain, _processes(cores, ALLOCATOR) as ours:
        for variant in variants:
            for repeat in range(repeats):
                alone = plain.submit(steps_per_second, "plain", spec, variant, data, cores).result()
                yield Rate(variant, "plain", repeat, alone)
                together = [ours.submit(steps_per_second, "ganbench", spec, variant, data, 1) for _ in range(cores)]
                yield Rate(variant, "ganbench", repeat, sum(each.result() for each in together))


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


def steps_per_second(side: str, spec: Spec, variant: str, data: Path, threads: int) -> float:
    """How fast this process trains one model of a variant with the paper's settings, both players in turn."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(side == "ganbench")
    trainer = _trainer(side, spec, variant, data)
    trainer.advance(WARM_UP_STEPS)
    started, steps = perf_counter(), 0
    while (passed := perf_counter() - started) < WINDOW_SECONDS:
        trainer.advance(trainer.steps_done + BURST)
        steps += BURST
    return steps / passed


def _trainer(side: str, spec: Spec, name: str, data: Path) -> PlainLoop | Cohort:
    variant = find_variant(name)
    # Equal turns, so that a step means the same for every variant.
    assignment = Assignment(name, "trial", 0, spec.seed, variant.defaults.present() | {"n_critic": 1.0})
    images = load_split(spec.dataset, "train", data, spec.resolution)
    size = spec.budget.images_a_batch(variant.batch_size)
    steps = 10**9  # schedules stay where they start
    if side == "plain":
        return PlainLoop(variant, images, assignment, size, steps)
    plan = TrainingPlan(size, steps, interval=10, stacked=False, device=torch.device("cpu"))
    return Cohort(lesson_of(variant, images, plan), [assignment], plan)
