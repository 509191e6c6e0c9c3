"""Which gradients of a study are not compiled yet, and what compiles them: in processes of their own."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from torch import Tensor

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.paths import Paths
from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.training.cohort import Cohort
from benchmark.training.compiled_gradients import CompiledGradients
from benchmark.training.kernels.selection import kernels_for
from benchmark.training.objectives import StepInputs
from benchmark.training.programs.compiled_shelf import RefusedError
from benchmark.training.programs.machine_code import workspace
from benchmark.training.step import next_inputs, step_inputs
from benchmark.workers.arithmetic import worker_arithmetic
from benchmark.workers.context import setup_of
from ganzoo.registry import find_variant


def uncompiled(spec: Spec, names: Sequence[str], paths: Paths, content: str) -> list[str]:
    """The variants of a study that have not all of their gradients compiled.

    Args:
        spec: The study, which asks for compiled gradients.
        names: Of variants.
        paths: Where things lie.
        content: Key of the data set's content.
    """
    data = load_split(spec.dataset, spec.train_split, paths.data, spec.resolution, content)
    return [
        name
        for name in names
        if not all(gradients.is_settled(weights, step) for gradients, weights, step in _calls(spec, name, paths, data))
    ]


def compile_all(spec: Spec, names: Sequence[str], paths: Paths, content: str) -> None:
    """Compile what is missing of some variants; arguments as those of `uncompiled`.

    What cannot be compiled is told of by the runs that ask for it.
    """
    data = load_split(spec.dataset, spec.train_split, paths.data, spec.resolution, content)
    with worker_arithmetic():
        for name in names:
            for gradients, weights, step in _calls(spec, name, paths, data):
                with suppress(RefusedError), workspace(gradients.folder):
                    gradients.take(weights, step)


def _calls(
    spec: Spec, name: str, paths: Paths, data: LabelledImages
) -> Iterator[tuple[CompiledGradients, Tensor, StepInputs]]:
    """Each player's compiled gradients of a variant, and what its first update gives them: weights (1, P), a step."""
    variant = find_variant(name)
    setup = setup_of(spec, variant, data, paths.cache)
    first = TrialConfig(name, "trial", 0, spec.seed, variant.defaults.present())
    cohort = Cohort(setup, [first], 1, "looped")
    with kernels_for(setup.model.generator.module, setup.model.discriminator.module):
        for player, gradients in setup.recorded.items():
            if isinstance(gradients, CompiledGradients):
                step = step_inputs(setup, player, cohort.stacked, next_inputs(player, cohort.stacked))
                yield gradients, getattr(cohort.stacked, player).weights, step
