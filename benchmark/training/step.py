"""The training step: the discriminator's turn, then the generator's where it is due."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from benchmark.pixels import to_float
from benchmark.training.gradients import single_gradients, stacked_gradients
from benchmark.training.group import Group
from benchmark.training.model import Model
from benchmark.training.objectives import Outcome, Turn, discriminator_objective, generator_objective
from benchmark.training.optimisers import OPTIMISERS, Rates
from benchmark.training.state import Player
from benchmark.training.streams import Streams
from ganzoo.variant import Weights

PlayerObjective = Callable[[Model, Tensor, Turn], tuple[Tensor, Outcome]]


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
        images: Training images (N, C, H, W), uint8, on the group's device.
        batch_size: Images a batch.
    """

    model: Model
    images: Tensor
    batch_size: int

    def turn(self, player: str, step: tuple[int, int], group: Group) -> Turn:
        """What one player's update reads, for all members of a group.

        Args:
            player: "generator" or "discriminator", whose numbers are independent of each other.
            step: Discriminator step and number of the update within the turn, both from 0.
            group: The members.
        """
        draws = [self._draw(player, step, streams) for streams in group.streams]
        real, latents, noise, keys = (torch.stack(parts) for parts in zip(*draws, strict=True))
        opponent = group.generator if player == "discriminator" else group.discriminator
        return Turn(
            real=real,
            latents=latents,
            noise=noise,
            key=keys,
            penalty_weight=group.settings.penalty_weight.to(self.model.dtype),
            opponent=opponent.weights,
            generator_buffers=group.generator.buffers,
            discriminator_buffers=group.discriminator.buffers,
            constraint=group.discriminator.constraint,
        )

    def _draw(self, player: str, step: tuple[int, int], streams: Streams) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """One member's batch: real images, latents, the penalty's noise and the dropout key."""
        variant = self.model.variant
        shape = (self.batch_size, variant.latent_size)
        # The order of the calls is free: each draw is a function of its purpose and step alone.
        real = to_float(self.images[streams.batch(step[0], self.batch_size, len(self.images))], self.model.dtype)
        latents = variant.prior.sample(shape, streams.at(f"latents-{player}", *step), self.model.dtype)
        noise = variant.penalty.noise(real, streams.at("penalty", *step)) if variant.penalty else real.new_empty(0)
        key = torch.tensor(streams.key(player, *step), device=real.device)
        return real, latents, noise, key


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
    outcome = _move(discriminator_objective, lesson.model, group.discriminator, group.settings.discriminator, turn)
    project = lesson.model.variant.constraint.project
    weights = group.discriminator.weights
    weights.copy_(project(weights, group.settings.clip.to(weights.dtype)))
    _remember(group, outcome)
    return Moved(range(len(group)), outcome.curves)


def generator_turn(lesson: Lesson, group: Group, step: tuple[int, int], positions: Sequence[int]) -> Moved:
    """Update the generators of some members, at a discriminator step for the so-manieth time."""
    moving = group.select(positions)
    turn = lesson.turn("generator", step, moving)
    outcome = _move(generator_objective, lesson.model, moving.generator, moving.settings.generator, turn)
    _remember(moving, outcome)
    group.write(positions, moving)
    return Moved(positions, outcome.curves)


def _move(objective: PlayerObjective, model: Model, player: Player, rates: Rates, turn: Turn) -> Outcome:
    """One update of a player's weights, in place."""
    compute = single_gradients if len(player.weights) == 1 else stacked_gradients
    gradients, outcome = compute(partial(objective, model), player.weights, turn)
    player.updates.add_(1)
    OPTIMISERS[model.variant.optimiser].update(player.weights, gradients, player.moments, player.updates, rates)
    return outcome


def _remember(group: Group, outcome: Outcome) -> None:
    group.generator.remember(outcome.generator_buffers, {})
    group.discriminator.remember(outcome.discriminator_buffers, outcome.constraint)
