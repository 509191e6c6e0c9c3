"""A cohort: trials of one variant that train together, each as if it were alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from time import perf_counter

import torch
from torch import nn

from benchmark.records import TrialConfig
from benchmark.training.curves import SEEN_BY, CurveRecorder
from benchmark.training.input_streams import InputStreams
from benchmark.training.kernels.selection import kernels_for
from benchmark.training.model import Model, build, initial_players
from benchmark.training.random_streams import Streams
from benchmark.training.setup import TrainingSetup, UpdateSchedule
from benchmark.training.stacked_members import StackedHyperparameters, StackedMembers
from benchmark.training.state import stack_players
from benchmark.training.step import Trainer
from benchmark.training.trainers import trainer_of
from ganzoo.hyperparameters import Hyperparameters

# How long a cohort trains between two looks at whether it is to be kept or to end.
STRETCH_SECONDS = 1.0


@dataclass(eq=False)
class Member:
    """A trial in a cohort.

    Attributes:
        config: What it trains.
        hyperparameters: With every default filled in.
        streams: Its random numbers.
        input_streams: Its random inputs, which know how far it has come.
        curves: What it records.
        train_seconds: Time spent on it.
        closed_at: Updates of each player at the last point of its curves.
    """

    config: TrialConfig
    hyperparameters: Hyperparameters
    streams: Streams
    input_streams: InputStreams
    curves: CurveRecorder
    train_seconds: float = 0.0
    closed_at: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SEEN_BY, 0))

    @property
    def steps_done(self) -> int:
        """Discriminator updates so far."""
        return self.input_streams.steps_done

    def close_interval(self, sums: Mapping[str, float]) -> None:
        """Put the next point on the curves: sums over the updates since the last one."""
        done = {player: getattr(self.input_streams, player).position for player in SEEN_BY}
        made = {player: done[player] - self.closed_at[player] for player in SEEN_BY}
        means = {name: sums[name] / made[player] for player, names in SEEN_BY.items() for name in names if made[player]}
        self.curves.add(self.steps_done, means)
        self.closed_at = done

    def resume(self, steps: int, points: Mapping[str, Iterable[tuple[int, float]]]) -> None:
        """Go on after discriminator step `steps`, where the curves had these points, the last then or before."""
        self.curves.restore(points)
        # Sums since then come with the tensors.
        last = max((int(step) for step, _ in points["loss_discriminator"]), default=0)
        self.input_streams.seek(last)
        self.closed_at = {player: getattr(self.input_streams, player).position for player in SEEN_BY}
        self.input_streams.seek(steps)


class Cohort:
    """K members on one device.

    Args:
        setup: What they train on; cohorts may share it, and with it what was recorded of its gradients.
        configs: What each member trains, K of them.
        interval: Discriminator steps between points of the curves, and between looks for divergence.
        method: How they train together, by name in `benchmark.training.trainers.UPDATES`.

    Attributes:
        setup: What they train on.
        method: How they train together.
        members: Those that still train.
        stacked: Their tensors, in the same order.
    """

    def __init__(self, setup: TrainingSetup, configs: Sequence[TrialConfig], interval: int, method: str) -> None:
        self.setup = setup
        self.method = method
        self._interval = interval
        self._stretch = 1
        self.members = [self._member(config) for config in configs]
        self.stacked = self._start(self.members)
        self._trainers = self._assign()

    @property
    def model(self) -> Model:
        """What the members have in common."""
        return self.setup.model

    @property
    def device(self) -> torch.device:
        """Where they train."""
        return self.setup.data.images.device

    def advance(self, *stops: int, between: Callable[[], None] = lambda: None) -> list[Member]:
        """Train until some member comes to its next stop, or none is left; who diverges on the way ends alone.

        Args:
            stops: Discriminator steps, among them the last.
            between: Called between stretches of about a second, when all members can be kept; what it raises ends
                the training where it is.

        Returns:
            The members that diverged, no longer in the cohort.
        """
        diverged: list[Member] = []
        ends = {member: min(stop for stop in stops if stop > member.steps_done) for member in self.members}
        with kernels_for(self.model.generator.module, self.model.discriminator.module):
            while self.members and all(member.steps_done < ends[member] for member in self.members):
                diverged += self._advance(ends)
                between()
        return diverged

    def _advance(self, ends: Mapping[Member, int]) -> list[Member]:
        """Train until the curves of some member get their next point, and say who has diverged by then."""
        # Intervals end at multiples of their length, wherever training was interrupted.
        points = {
            each: min(ends[each], (each.steps_done // self._interval + 1) * self._interval) for each in self.members
        }
        steps = min(self._stretch, *(point - member.steps_done for member, point in points.items()))
        begun = perf_counter()
        lost: list[Member] = []
        for trainer, members in self._trainers:
            started = perf_counter()
            trainer.train(steps)
            lost += _close_intervals(trainer.stacked, members, points)
            for member in members:
                member.train_seconds += (perf_counter() - started) / len(members)
        self.remove(lost)
        self._adapt(steps, perf_counter() - begun)
        return lost

    def _adapt(self, steps: int, seconds: float) -> None:
        """Have a stretch take about as long as it should: an update may take a millisecond or ten seconds."""
        if seconds > STRETCH_SECONDS:
            self._stretch = max(1, self._stretch // 2)
        elif steps == self._stretch and seconds < STRETCH_SECONDS / 2:
            self._stretch *= 2

    def admit(self, configs: Sequence[TrialConfig]) -> list[Member]:
        """Let new members train beside those that are there, whatever step these are at."""
        members = [self._member(config) for config in configs]
        fresh = self._start(members)
        self.stacked = StackedMembers.joined([self.stacked, fresh]) if self.members else fresh
        self.members = [*self.members, *members]
        self._trainers = self._assign()
        return members

    def remove(self, lost: Sequence[Member]) -> None:
        """Take members out; the others go on as if nothing had happened."""
        kept = [position for position, member in enumerate(self.members) if member not in lost]
        self.members = [self.members[position] for position in kept]
        if kept and lost:
            self.stacked = self.stacked.select(kept)
        if lost:
            self._trainers = self._assign()

    def _member(self, config: TrialConfig) -> Member:
        hyperparameters = self.model.variant.defaults.updated(config.hyperparameters)
        streams = Streams(config.seed, self.device)
        update_schedule = UpdateSchedule(
            hyperparameters.discriminator_steps_per_generator_step, hyperparameters.generator_steps_per_turn
        )
        input_streams = InputStreams.of(self.setup, streams, update_schedule)
        return Member(config, hyperparameters, streams, input_streams, CurveRecorder())

    def _start(self, members: Sequence[Member]) -> StackedMembers:
        """The tensors of members that have not begun."""
        starts = [initial_players(self.model, member.streams, self.device) for member in members]
        return StackedMembers(
            generator=stack_players([generator for generator, _ in starts]),
            discriminator=stack_players([discriminator for _, discriminator in starts]),
            hyperparameters=StackedHyperparameters.of([member.hyperparameters for member in members], self.device),
            input_streams=tuple(member.input_streams for member in members),
        )

    def _assign(self) -> list[tuple[Trainer, tuple[Member, ...]]]:
        """Who is trained by whom."""
        if not self.members:
            return []
        everyone = range(len(self.members))
        partitions = [[position] for position in everyone] if self.method == "looped" else [everyone]
        return [
            (
                trainer_of(self.setup, self.stacked.select(partition), self.method),
                tuple(self.members[p] for p in partition),
            )
            for partition in partitions
        ]

    def modules(self, member: Member, *, averaged: bool) -> tuple[nn.Module, nn.Module]:
        """Copies of one member's generator and discriminator, as ordinary modules on the cohort's device.

        Args:
            member: Whose.
            averaged: Whether the generator gets its averaged weights, if the variant averages them.
        """
        position = self.members.index(member)
        modules = build(self.model.variant, self.model.shape, seed=0, dtype=self.model.dtype)
        generator, discriminator = self.stacked.generator, self.stacked.discriminator
        average = averaged and self.model.variant.averaging is not None
        sources = (
            (self.model.generator, generator.average if average else generator.weights, generator.buffers),
            (self.model.discriminator, discriminator.weights, discriminator.buffers),
        )
        for module, (network, weights, buffers) in zip(modules, sources, strict=True):
            state = network.layout.unflatten(weights[position])
            state |= {name: value[position] for name, value in buffers.items()}
            module.to(self.device).load_state_dict(state)
        return modules


def _close_intervals(stacked: StackedMembers, members: Sequence[Member], points: Mapping[Member, int]) -> list[Member]:
    """End the interval of every member that is at its next point; gives back those with anything that is not finite."""
    due = [row for row, member in enumerate(members) if member.steps_done == points[member]]
    if not due:
        return []
    curves = stacked.discriminator.curves | stacked.generator.curves
    sums = stacked.generator.weights.sum(1) + stacked.discriminator.weights.sum(1)
    # One copy from the device for all that is looked at.
    rows = torch.stack([sums.double(), *curves.values()], 1).tolist()
    for values in curves.values():
        values[due] = 0
    for row in due:
        members[row].close_interval(dict(zip(curves, rows[row][1:], strict=True)))
    return [members[row] for row in due if not all(map(isfinite, rows[row]))]
