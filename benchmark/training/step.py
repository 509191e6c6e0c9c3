"""The training step: the discriminator's turn, then the generator's where it is due."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from benchmark.pixels import to_float
from benchmark.training.gradients import Tree, each, single_gradients, stacked_gradients
from benchmark.training.group import Group
from benchmark.training.lesson import Lesson
from benchmark.training.model import Model
from benchmark.training.objectives import Outcome, Turn
from benchmark.training.optimisers import OPTIMISERS
from benchmark.training.parallel import run_in_parallel
from benchmark.training.state import Player

# Of images and labels that an update does not read.
NOTHING = slice(0, 0)

# Updates one player of all members of a group, in place, by their random inputs.
Update = Callable[[Lesson, str, Group, Tree], None]


class Trainer:
    """Trains a group in place, update by update.

    Args:
        lesson: What on.
        group: The members.
        update: How.
    """

    def __init__(self, lesson: Lesson, group: Group, update: Update) -> None:
        self.lesson = lesson
        self.group = group
        self._update = update

    def train(self, steps: int) -> None:
        """Make so many discriminator updates, and the generator updates that fall due."""
        everyone = range(len(self.group))
        for _ in range(steps):
            self.turn("discriminator", everyone)
            repeat = 0
            while positions := self.group.due(repeat):
                self.turn("generator", positions)
                repeat += 1

    def turn(self, player: str, positions: Sequence[int]) -> None:
        """Update one player of some members."""
        moving = self.group.select(positions)
        self._update(self.lesson, player, moving, next_inputs(player, moving))
        self.group.write(positions, moving)


def next_inputs(player: str, group: Group) -> Tree:
    """The random inputs (K, ...) of the next update of one player of a group, from the members' feeds."""
    drawn = [getattr(feeds, player).next() for feeds in group.feeds]
    return each(_only, drawn[0]) if len(drawn) == 1 else tree_map(_stacked, *drawn)


def update_together(lesson: Lesson, player: str, group: Group, inputs: Tree) -> None:
    """Update one player of all members in one program."""
    turn = turn_of(lesson, player, group, inputs)
    own: Player = getattr(group, player)
    gradients, outcome = _gradients(lesson, player, own.weights, turn)
    own.updates.add_(1)
    rates = getattr(group.settings, player).scaled(inputs["factor"])
    OPTIMISERS[lesson.model.variant.optimiser].update(own.weights, gradients, own.moments, own.updates, rates)
    AFTERWARDS[player](lesson.model, group)
    _remember(player, group, outcome)


def update_in_parallel(lesson: Lesson, player: str, group: Group, inputs: Tree) -> None:
    """Update one player of all members, each in a program of its own: on a GPU on streams of their own."""
    rows = [slice(row, row + 1) for row in range(len(group))]
    run_in_parallel(
        [partial(update_together, lesson, player, group.select([row.start]), each(_rows(row), inputs)) for row in rows],
        group.generator.weights.device,
    )


def turn_of(lesson: Lesson, player: str, group: Group, inputs: Tree) -> Turn:
    """What an update reads.

    Args:
        lesson: Images, labels and recipe.
        player: "generator" or "discriminator".
        group: The members.
        inputs: Their random inputs (K, ...), as in `Lesson.draw`.
    """
    model, batch = lesson.model, inputs["batch"]
    opponent = group.generator if player == "discriminator" else group.discriminator
    return Turn(
        real=to_float(lesson.data.images[batch if lesson.reads_images(player) else batch[:, NOTHING]], model.dtype),
        labels=lesson.data.labels[batch if model.variant.architecture.conditional else batch[:, NOTHING]],
        latents=inputs["latents"],
        noise=inputs["noise"],
        key=inputs["key"],
        settings={name: values.to(model.dtype) for name, values in group.settings.scalars.items()},
        progress=inputs["progress"].to(model.dtype),
        opponent=opponent.weights,
        generator_buffers=group.generator.buffers,
        discriminator_buffers=group.discriminator.buffers,
        constraint=group.discriminator.constraint,
        loss=group.discriminator.loss,
    )


def _gradients(lesson: Lesson, player: str, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    if len(weights) > 1:
        return stacked_gradients(lesson.objective(player), weights, turn)
    if weights.is_cuda:  # whose work is recorded whole, as a graph
        return single_gradients(lesson.objective(player), weights, turn)
    return lesson.recorded[player](weights, turn)


def _project(model: Model, group: Group) -> None:
    """Bring the discriminators' weights back to where the constraint wants them, in place."""
    weights = group.discriminator.weights
    projected = model.variant.constraint.project(weights, group.settings.scalars["clip"][:, None].to(weights.dtype))
    if projected is not weights:
        weights.copy_(projected)


def _average(model: Model, group: Group) -> None:
    """Move the averages of the generators' weights towards the new weights, in place."""
    generator = group.generator
    if averaging := model.variant.averaging:
        step = 1 - averaging.decay(generator.updates)
        generator.average.lerp_(generator.weights, step.to(generator.weights.dtype))


# What follows a player's update.
AFTERWARDS: dict[str, Callable[[Model, Group], None]] = {"discriminator": _project, "generator": _average}


def _remember(player: str, group: Group, outcome: Outcome) -> None:
    group.generator.remember(outcome.generator_buffers, {}, {})
    group.discriminator.remember(outcome.discriminator_buffers, outcome.constraint, outcome.loss)
    seen = getattr(group, player).curves
    for name, values in outcome.curves.items():
        seen[name].add_(values)


def _rows(rows: slice) -> Callable[[Tensor], Tensor]:
    return lambda tensor: tensor[rows]


def _only(tensor: Tensor) -> Tensor:
    return tensor[None]


def _stacked(*members: Tensor) -> Tensor:
    return torch.stack(members)
