"""Member-steps a second by architecture, method and number of members, and how near that is to the device's limit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import torch

from benchmark.datasets.catalog import load_split
from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.training.cohort import Cohort
from benchmark.training.setup import TrainingSetup
from benchmark.training.trainers import UPDATES
from benchmark.workers.arithmetic import worker_arithmetic
from ganzoo.registry import find_variant
from tools.performance.limits import Work, limits, work_of_a_step
from tools.performance.plain_loop import PlainLoop

# Past the recording of gradients and the capture of graphs.
WARM_UP_STEPS = 40
WINDOW_SECONDS = 1.0
BURST = 10


@dataclass(frozen=True)
class CohortRate:
    """One measurement, in one process with one CPU thread.

    Attributes:
        variant: What trained.
        method: How.
        members: How many together.
        member_steps_per_second: Discriminator updates a second of all members, each with a generator update.
        operations_share: Of the operations a second of a large matrix product, in [0, 1]; of all that is computed, the
            zeros of convolutions that are matrix products among them.
        needed_share: The same of the operations that the networks' layers ask for as they are written.
        bytes_share: Of the bytes a second of a large copy; above 1 where a processor's cache serves many of them.
    """

    variant: str
    method: str
    members: int
    member_steps_per_second: float
    operations_share: float
    needed_share: float
    bytes_share: float


def table(
    spec: Spec, variants: Sequence[str], sizes: Sequence[int], data: Path, device: torch.device
) -> Iterator[CohortRate]:
    """Measure every method and size of cohort in turn; one that does not fit into memory is left out.

    Args:
        spec: Names the data set, the batch size and the resolution.
        variants: Names of variants.
        sizes: Numbers of members.
        data: The data folder.
        device: Where to train.
    """
    with worker_arithmetic():
        yield from _rows(spec, variants, sizes, data, device)


def _rows(
    spec: Spec, variants: Sequence[str], sizes: Sequence[int], data: Path, device: torch.device
) -> Iterator[CohortRate]:
    most = limits(device)
    images = load_split(spec.dataset, spec.train_split, data, spec.resolution).to(device)
    for name in variants:
        variant = find_variant(name)
        setup = TrainingSetup.of(variant, images, spec.budget.images_a_batch(variant.batch_size), steps=10**9)
        settings = variant.defaults.present() | {"n_critic": 1.0}
        alone = TrialConfig(name, "trial", 0, spec.seed, settings)
        done, needed = work_of_one(setup, alone)
        for method in UPDATES:
            for size in sizes:
                members = [TrialConfig(name, "trial", row, spec.seed + row, settings) for row in range(size)]
                try:
                    rate = size * _steps_per_second(Cohort(setup, members, BURST, method))
                except torch.OutOfMemoryError:
                    break
                shares = (each / most.operations for each in (done.operations, needed.operations))
                operations, layers = (rate * share for share in shares)
                yield CohortRate(name, method, size, rate, operations, layers, rate * done.moved / most.moved)


def work_of_one(setup: TrainingSetup, config: TrialConfig) -> tuple[Work, Work]:
    """What a step of one member asks of a device as it is done here, and as a plain loop of its layers does it."""
    cohort = Cohort(setup, [config], BURST, "looped")
    cohort.advance(WARM_UP_STEPS)
    plain = PlainLoop(setup, config)
    plain.advance(1)
    return work_of_a_step(cohort.advance, WARM_UP_STEPS), work_of_a_step(plain.advance, 1)


def _steps_per_second(cohort: Cohort) -> float:
    """Every burst ends with a copy from the device, so that nothing is still under way."""
    steps = WARM_UP_STEPS
    cohort.advance(steps)
    started = perf_counter()
    while (passed := perf_counter() - started) < WINDOW_SECONDS:
        steps += BURST
        cohort.advance(steps)
    return (steps - WARM_UP_STEPS) / passed
