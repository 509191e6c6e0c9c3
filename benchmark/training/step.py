"""The training step: the discriminator's turn, then the generator's where it is due."""

from collections.abc import Callable, Sequence
from functools import partial

from torch import Tensor

from benchmark.pixels import to_float
from benchmark.training.gradients import Tree, each, single_gradients, stack_trees, stacked_gradients
from benchmark.training.kernels.cuda_streams import run_in_parallel
from benchmark.training.kernels.optimisers import OPTIMISERS
from benchmark.training.model import Model
from benchmark.training.objectives import StepInputs, StepOutputs
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.state import Player

# What the discriminator's parts remember, by field of a player and of a step's outputs.
MEMORIES = ("constraint", "loss", "augmentations")
# Of images and labels that an update does not read.
NOTHING = slice(0, 0)

# Updates one player of all members of a group, in place, by their random inputs.
Update = Callable[[TrainingSetup, str, StackedMembers, Tree], None]


class Trainer:
    """Trains a group in place, update by update.

    Args:
        setup: What on.
        stacked: The members.
        update: How.
    """

    def __init__(self, setup: TrainingSetup, stacked: StackedMembers, update: Update) -> None:
        self.setup = setup
        self.stacked = stacked
        self._update = update

    def train(self, steps: int) -> None:
        """Make so many discriminator updates, and the generator updates that fall due."""
        everyone = range(len(self.stacked))
        for _ in range(steps):
            self.step("discriminator", everyone)
            repeat = 0
            while positions := self.stacked.due(repeat):
                self.step("generator", positions)
                repeat += 1

    def step(self, player: str, positions: Sequence[int]) -> None:
        """Update one player of some members."""
        moving = self.stacked.select(positions)
        self._update(self.setup, player, moving, next_inputs(player, moving))
        self.stacked.write(positions, moving)


def next_inputs(player: str, stacked: StackedMembers) -> Tree:
    """The random inputs (K, ...) of the next update of one player of a group, from the members' input streams."""
    drawn = [getattr(input_streams, player).next() for input_streams in stacked.input_streams]
    return each(_only, drawn[0]) if len(drawn) == 1 else stack_trees(drawn)


def update_together(setup: TrainingSetup, player: str, stacked: StackedMembers, inputs: Tree) -> None:
    """Update one player of all members in one program."""
    step = step_inputs(setup, player, stacked, inputs)
    own: Player = getattr(stacked, player)
    gradients, outputs = _gradients(setup, player, own.weights, step)
    own.updates.add_(1)
    settings = getattr(stacked.hyperparameters, player).scaled(inputs["factor"])
    OPTIMISERS[setup.model.variant.optimiser].update(own.weights, gradients, own.moments, own.updates, settings)
    AFTERWARDS[player](setup.model, stacked)
    _remember(player, stacked, outputs)


def update_in_parallel(setup: TrainingSetup, player: str, stacked: StackedMembers, inputs: Tree) -> None:
    """Update one player of all members, each in a program of its own: on a GPU on streams of their own."""
    rows = [slice(row, row + 1) for row in range(len(stacked))]
    run_in_parallel(
        [
            partial(update_together, setup, player, stacked.select([row.start]), each(_rows(row), inputs))
            for row in rows
        ],
        stacked.generator.weights.device,
    )


def step_inputs(setup: TrainingSetup, player: str, stacked: StackedMembers, inputs: Tree) -> StepInputs:
    """What an update reads.

    Args:
        setup: Images, labels and variant.
        player: "generator" or "discriminator".
        stacked: The members.
        inputs: Their random inputs (K, ...), as in `TrainingSetup.draw`.
    """
    model, batch = setup.model, inputs["batch"]
    opponent = stacked.generator if player == "discriminator" else stacked.discriminator
    return StepInputs(
        real=to_float(setup.data.images[batch if setup.reads_images(player) else batch[:, NOTHING]], model.dtype),
        labels=setup.data.labels[batch if model.variant.architecture.conditional else batch[:, NOTHING]],
        latents=inputs["latents"],
        noise=inputs["noise"],
        key=inputs["key"],
        hyperparameters={name: values.to(model.dtype) for name, values in stacked.hyperparameters.scalars.items()},
        progress=inputs["progress"].to(model.dtype),
        opponent=opponent.weights,
        generator_buffers=stacked.generator.buffers,
        discriminator_buffers=stacked.discriminator.buffers,
        constraint=stacked.discriminator.constraint,
        loss=stacked.discriminator.loss,
        augmentations=stacked.discriminator.augmentations,
    )


def _gradients(setup: TrainingSetup, player: str, weights: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    if len(weights) > 1:
        return stacked_gradients(setup.objective(player), weights, step)
    if weights.is_cuda:  # whose work is recorded whole, as a graph
        return single_gradients(setup.objective(player), weights, step)
    return setup.recorded[player](weights, step)


def _project(model: Model, stacked: StackedMembers) -> None:
    """Bring the discriminators' weights back to where the constraint wants them, in place."""
    weights = stacked.discriminator.weights
    projected = model.variant.constraint.project(
        weights, stacked.hyperparameters.scalars["clip"][:, None].to(weights.dtype)
    )
    if projected is not weights:
        weights.copy_(projected)


def _average(model: Model, stacked: StackedMembers) -> None:
    """Move the averages of the generators' weights towards the new weights, in place."""
    generator = stacked.generator
    if averaging := model.variant.averaging:
        step = 1 - averaging.decay(generator.updates)
        generator.average.lerp_(generator.weights, step.to(generator.weights.dtype))


# What follows a player's update.
AFTERWARDS: dict[str, Callable[[Model, StackedMembers], None]] = {"discriminator": _project, "generator": _average}


def _remember(player: str, stacked: StackedMembers, outputs: StepOutputs) -> None:
    stacked.generator.remember({"buffers": outputs.generator_buffers})
    stacked.discriminator.remember(
        {"buffers": outputs.discriminator_buffers} | {name: getattr(outputs, name) for name in MEMORIES}
    )
    seen = getattr(stacked, player).curves
    for name, values in outputs.curves.items():
        seen[name].add_(values)


def _rows(rows: slice) -> Callable[[Tensor], Tensor]:
    return lambda tensor: tensor[rows]


def _only(tensor: Tensor) -> Tensor:
    return tensor[None]
