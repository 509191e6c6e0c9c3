"""The training step: the discriminator's turn, then the generator's where it is due."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from benchmark.datasets.catalog import LabelledImages
from benchmark.pixels import to_float
from benchmark.training.gradients import Objective, Tree, each, stacked_gradients
from benchmark.training.group import Group
from benchmark.training.model import Model
from benchmark.training.objectives import Outcome, Turn, discriminator_objective, generator_objective
from benchmark.training.optimisers import OPTIMISERS, Rates
from benchmark.training.recording import PATIENCE, RecordedGradients
from benchmark.training.state import Player
from benchmark.training.streams import Streams
from ganzoo.variant import Weights

Noise = Callable[[Tensor, torch.Generator], Tensor]
PlayerObjective = Callable[[Model, Tensor, Turn], tuple[Tensor, Outcome]]
OBJECTIVES: dict[str, PlayerObjective] = {
    "discriminator": discriminator_objective,
    "generator": generator_objective,
}


# Of images and labels that an update does not read.
NOTHING = slice(0, 0)


@dataclass(frozen=True)
class Moved:
    """One update of one player.

    Attributes:
        positions: The k members that moved.
        curves: What they saw (k,), by name in `benchmark.records.CURVES`.
    """

    positions: Sequence[int]
    curves: Weights


@dataclass(frozen=True)
class Lesson:
    """What a group trains on.

    Attributes:
        model: The networks and the recipe.
        data: Training images and labels, on the group's device.
        batch_size: Images a batch.
        steps: Discriminator updates in the whole run.
        patience: Updates of one member before its gradients are recorded.
    """

    model: Model
    data: LabelledImages
    batch_size: int
    steps: int
    patience: int = PATIENCE

    def progress(self, step: int) -> float:
        """The share of training that is done before discriminator step `step`, in [0, 1)."""
        return step / self.steps

    def factor(self, step: int) -> float:
        """What the schedule makes of the learning rates at discriminator step `step`."""
        return self.model.variant.schedule.factor(self.progress(step))

    def turn(self, player: str, step: tuple[int, int], group: Group) -> Turn:
        """What one player's update reads, for all members of a group.

        Args:
            player: "generator" or "discriminator", whose numbers are independent of each other.
            step: Discriminator step and number of the update within the turn, both from 0.
            group: The members.
        """
        dtype = self.model.dtype
        draws = [self._draw(player, step, streams) for streams in group.streams]
        opponent = group.generator if player == "discriminator" else group.discriminator
        return Turn(
            **(each(_only, draws[0]) if len(draws) == 1 else tree_map(_stacked, *draws)),
            settings={name: values.to(dtype) for name, values in group.settings.scalars.items()},
            progress=opponent.weights.new_full((len(group),), self.progress(step[0])),
            opponent=opponent.weights,
            generator_buffers=group.generator.buffers,
            discriminator_buffers=group.discriminator.buffers,
            constraint=group.discriminator.constraint,
            loss=group.discriminator.loss,
        )

    def _draw(self, player: str, step: tuple[int, int], streams: Streams) -> Tree:
        """One member's batch: the random parts of its `Turn`, by name."""
        variant, dtype = self.model.variant, self.model.dtype
        shape = (self.batch_size, variant.latent_size)
        # The order of the calls is free: each draw is a function of its purpose and step alone.
        batch = streams.batch(step[0], self.batch_size, len(self.data.images))
        looks = player == "discriminator" or variant.loss.relativistic or bool(self._noises[player])
        real = to_float(self.data.images[batch if looks else NOTHING], dtype)
        return {
            "real": real,
            "labels": self.data.labels[batch if variant.architecture.conditional else NOTHING],
            "latents": variant.prior.sample(shape, streams.at(f"latents-{player}", *step), dtype),
            "noise": {
                name: noise(real, streams.at(f"{name}-{player}", *step)) for name, noise in self._noises[player].items()
            },
            "key": torch.tensor(streams.key(player, *step), device=real.device),
        }

    def objective(self, player: str) -> Objective:
        """What a player of one member minimises."""
        return partial(OBJECTIVES[player], self.model)

    @cached_property
    def recorded(self) -> dict[str, RecordedGradients]:
        """The gradients of one member alone, by player; shared by all members that this lesson is given to."""
        return {player: RecordedGradients(self.objective(player), self.patience) for player in OBJECTIVES}

    @cached_property
    def _noises(self) -> dict[str, dict[str, Noise]]:
        """What draws the random numbers of penalties and augmentations, by player and purpose."""
        variant = self.model.variant
        penalties = {penalty.name: penalty.noise for penalty in variant.penalties}
        fake = {f"{each.name}-fake": each.noise for each in variant.augmentations}
        real = {f"{each.name}-real": each.noise for each in variant.augmentations}
        return {
            "discriminator": penalties | fake | real,
            "generator": fake | (real if variant.loss.relativistic else {}),
        }


def _only(tensor: Tensor) -> Tensor:
    return tensor[None]


def _stacked(*members: Tensor) -> Tensor:
    return torch.stack(members)


def train(lesson: Lesson, group: Group, steps: range) -> Iterator[Moved]:
    """Make discriminator updates `steps`, and the generator updates that fall due; the group changes in place."""
    for step in steps:
        yield discriminator_turn(lesson, group, step)
        repeat = 0
        while positions := group.due(step, repeat):
            yield generator_turn(lesson, group, (step, repeat), positions)
            repeat += 1


def discriminator_turn(lesson: Lesson, group: Group, step: int) -> Moved:
    """Update every member's discriminator."""
    turn = lesson.turn("discriminator", (step, 0), group)
    variant, rates = lesson.model.variant, group.settings.discriminator.scaled(lesson.factor(step))
    outcome = _move(lesson, "discriminator", group.discriminator, rates, turn)
    weights = group.discriminator.weights
    projected = variant.constraint.project(weights, group.settings.scalars["clip"][:, None].to(weights.dtype))
    if projected is not weights:
        weights.copy_(projected)
    _remember(group, outcome)
    return Moved(range(len(group)), outcome.curves)


def generator_turn(lesson: Lesson, group: Group, step: tuple[int, int], positions: Sequence[int]) -> Moved:
    """Update the generators of some members, at a discriminator step for the so-manieth time."""
    moving = group.select(positions)
    turn = lesson.turn("generator", step, moving)
    rates = moving.settings.generator.scaled(lesson.factor(step[0]))
    outcome = _move(lesson, "generator", moving.generator, rates, turn)
    _average(lesson.model, moving.generator)
    _remember(moving, outcome)
    group.write(positions, moving)
    return Moved(positions, outcome.curves)


def _move(lesson: Lesson, name: str, player: Player, rates: Rates, turn: Turn) -> Outcome:
    """One update of a player's weights, in place."""
    if len(player.weights) == 1:
        gradients, outcome = lesson.recorded[name](player.weights, turn)
    else:
        gradients, outcome = stacked_gradients(lesson.objective(name), player.weights, turn)
    player.updates.add_(1)
    OPTIMISERS[lesson.model.variant.optimiser].update(player.weights, gradients, player.moments, player.updates, rates)
    return outcome


def _average(model: Model, generator: Player) -> None:
    """Move the average towards the new weights, in place."""
    if averaging := model.variant.averaging:
        step = 1 - averaging.decay(generator.updates)
        generator.average.lerp_(generator.weights, step.to(generator.weights.dtype))


def _remember(group: Group, outcome: Outcome) -> None:
    group.generator.remember(outcome.generator_buffers, {}, {})
    group.discriminator.remember(outcome.discriminator_buffers, outcome.constraint, outcome.loss)
