"""Every part that a variant can be made of, by kind and name: what the packages list, and what other people add."""

from collections.abc import Iterable
from types import ModuleType
from typing import Protocol, TypeVar

from ganzoo import architectures, augmentations, averaging, constraints, losses, penalties, schedules
from ganzoo.variant import Architecture, Augmentation, Averaging, Constraint, Loss, Penalty, Schedule, Variant


class Named(Protocol):
    """What all parts have."""

    @property
    def name(self) -> str:
        """How it is asked for by name."""

    @property
    def reference(self) -> str:
        """Where it comes from."""

    @property
    def limits(self) -> str:
        """What a user should know before choosing it."""


Part = TypeVar("Part", bound=Named)


def listed(package: ModuleType, kind: type[Part]) -> dict[str, Part]:
    """The parts of one kind that a package's `__init__` lists, by name."""
    return {part.name: part for part in vars(package).values() if isinstance(part, kind)}


def joined_names(parts: Iterable[Named]) -> str:
    """The parts' names with + between; "none" if there are none."""
    return "+".join(part.name for part in parts) or "none"


def description(variant: Variant) -> dict[str, str]:
    """What a variant is made of, in words."""
    return {
        "architecture": variant.architecture.name,
        "loss": variant.loss.name,
        "penalty": joined_names(variant.penalties),
        "constraint": variant.constraint.name,
        "augmentation": joined_names(variant.augmentations),
        "schedule": variant.schedule.name,
        "averaging": variant.averaging.name if variant.averaging else "none",
        "prior": f"{variant.prior.name}, {variant.latent_size} numbers",
        "optimiser": variant.optimiser,
        "paper_batch_size": str(variant.batch_size),
        "reference": variant.reference,
    }


ARCHITECTURES = listed(architectures, Architecture)
LOSSES = listed(losses, Loss)
PENALTIES = listed(penalties, Penalty)
CONSTRAINTS = listed(constraints, Constraint)
AUGMENTATIONS = listed(augmentations, Augmentation)
SCHEDULES = listed(schedules, Schedule)
AVERAGES = listed(averaging, Averaging)
