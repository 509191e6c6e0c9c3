"""A cohort: trials of one variant that train in lockstep, each as if it were alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from time import perf_counter

import torch
from torch import nn

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import Assignment
from benchmark.training.curves import CurveRecorder, Interval
from benchmark.training.group import Group, Settings
from benchmark.training.kernels import kernels_for
from benchmark.training.model import ImageShape, Model, build, initial_players
from benchmark.training.state import stack_players
from benchmark.training.step import Lesson, train
from benchmark.training.streams import Streams
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.variant import Variant


@dataclass(frozen=True)
class TrainingPlan:
    """How a cohort trains.

    Attributes:
        batch_size: Images a batch.
        steps: Discriminator updates in the whole run; schedules are laid over them.
        interval: Discriminator steps between points of the curves, and between looks for divergence.
        stacked: Train all members in one vmapped program; if not, one after another.
        device: Where.
        dtype: Of weights and images.
    """

    batch_size: int
    steps: int
    interval: int
    stacked: bool
    device: torch.device
    dtype: torch.dtype = torch.float32


@dataclass(eq=False)
class Member:
    """A trial in a cohort.

    Attributes:
        assignment: What it trains.
        hyperparameters: With every default filled in.
        streams: Its random numbers.
        curves: What it records.
        train_seconds: Time spent on it.
        steps_done: Discriminator updates so far.
    """

    assignment: Assignment
    hyperparameters: Hyperparameters
    streams: Streams
    curves: CurveRecorder
    train_seconds: float = 0.0
    steps_done: int = 0


def lesson_of(variant: Variant, data: LabelledImages, plan: TrainingPlan) -> Lesson:
    """What cohorts of a variant train on.

    Args:
        variant: The recipe.
        data: The training images and labels, on the plan's device.
        plan: How they train.
    """
    shape = ImageShape(data.images.shape[1], data.images.shape[-1], data.classes)
    return Lesson(Model.of(variant, shape, plan.dtype), data, plan.batch_size, plan.steps)


class Cohort:
    """K members on one device.

    Args:
        lesson: What they train on; cohorts may share it, and with it what was recorded of its gradients.
        assignments: What each member trains, K of them.
        plan: How.

    Attributes:
        lesson: What they train on.
        members: Those that still train.
        group: Their tensors, in the same order.
        steps_done: Discriminator updates so far.
    """

    def __init__(self, lesson: Lesson, assignments: Sequence[Assignment], plan: TrainingPlan) -> None:
        self.plan = plan
        self.steps_done = 0
        self.lesson = lesson
        self.members = [_member(self.model.variant, assignment, plan.device) for assignment in assignments]
        starts = [initial_players(self.model, member.streams, plan.device) for member in self.members]
        self.group = Group(
            generator=stack_players([generator for generator, _ in starts]),
            discriminator=stack_players([discriminator for _, discriminator in starts]),
            settings=Settings.of([member.hyperparameters for member in self.members], plan.device),
            streams=tuple(member.streams for member in self.members),
        )

    @property
    def model(self) -> Model:
        """What the members have in common."""
        return self.lesson.model

    def advance(self, until: int) -> list[Member]:
        """Train to discriminator step `until`; a member that diverges on the way ends alone.

        Returns:
            The members that diverged, no longer in the cohort.
        """
        with kernels_for(self.model.generator.module, self.model.discriminator.module):
            return self._advance(until)

    def _advance(self, until: int) -> list[Member]:
        diverged: list[Member] = []
        while self.steps_done < until and self.members:
            # Intervals end at multiples of their length, wherever training was interrupted.
            end = min(until, (self.steps_done // self.plan.interval + 1) * self.plan.interval)
            size = len(self.members) if self.plan.stacked else 1
            groups = [range(first, first + size) for first in range(0, len(self.members), size)]
            finite = list(chain.from_iterable(self._train(positions, end) for positions in groups))
            self.steps_done = end
            lost = [member for member, good in zip(self.members, finite, strict=True) if not good]
            self.remove(lost)
            diverged += lost
        return diverged

    def _train(self, positions: range, end: int) -> list[bool]:
        """Train some members to step `end`; says of each whether its weights and losses are finite."""
        started = perf_counter()
        group = self.group.select(positions)
        interval = Interval(len(group))
        for moved in train(self.lesson, group, range(self.steps_done, end)):
            interval.add(moved.positions, moved.curves)
        sums = group.generator.weights.sum(1) + group.discriminator.weights.sum(1)
        for row, position in enumerate(positions):
            seen = interval.of(row)
            sums[row] += torch.stack([values.sum() for values in seen.values()]).sum()
            self.members[position].curves.close_interval(end, seen)
            self.members[position].steps_done = end
        finite: list[bool] = torch.isfinite(sums).tolist()
        for position in positions:
            self.members[position].train_seconds += (perf_counter() - started) / len(positions)
        return finite

    def remove(self, lost: Sequence[Member]) -> None:
        """Take members out; the others go on as if nothing had happened."""
        kept = [position for position, member in enumerate(self.members) if member not in lost]
        self.members = [self.members[position] for position in kept]
        if kept and lost:
            self.group = self.group.select(kept)

    def modules(self, member: Member, *, averaged: bool) -> tuple[nn.Module, nn.Module]:
        """Copies of one member's generator and discriminator, as ordinary modules on the cohort's device.

        Args:
            member: Whose.
            averaged: Whether the generator gets its averaged weights, if the recipe averages them.
        """
        position = self.members.index(member)
        modules = build(self.model.variant, self.model.shape, seed=0, dtype=self.plan.dtype)
        generator, discriminator = self.group.generator, self.group.discriminator
        average = averaged and self.model.variant.averaging is not None
        sources = (
            (self.model.generator, generator.average if average else generator.weights, generator.buffers),
            (self.model.discriminator, discriminator.weights, discriminator.buffers),
        )
        for module, (network, weights, buffers) in zip(modules, sources, strict=True):
            state = network.layout.unflatten(weights[position])
            state |= {name: value[position] for name, value in buffers.items()}
            module.to(self.plan.device).load_state_dict(state)
        return modules


def _member(variant: Variant, assignment: Assignment, device: torch.device) -> Member:
    hyperparameters = variant.defaults.updated(assignment.hyperparameters)
    return Member(assignment, hyperparameters, Streams(assignment.seed, device), CurveRecorder())
