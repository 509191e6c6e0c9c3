"""Variants made of parts by name, as in `resnet+hinge+r1`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from ganzoo.compatibility import problems
from ganzoo.components import (
    CONSTANT,
    UNCONSTRAINED,
    Architecture,
    Augmentation,
    Averaging,
    Component,
    Constraint,
    Loss,
    Penalty,
    Schedule,
)
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.names import quoted, unknown
from ganzoo.priors import NORMAL
from ganzoo.variant import Variant

Part = TypeVar("Part", bound=Component)
SEPARATOR = "+"
# The defaults of Kurach et al. 2019, arXiv:1807.04720, where no part asks for others.
USUAL = {"lr_generator": 2e-4, "lr_discriminator": 2e-4, "beta1": 0.5, "beta2": 0.999, "n_critic": 1}
BATCH_SIZE = 64
# Files are called by it, and may have 255 letters.
MOST_LETTERS_COMPOSED = 200


@dataclass(frozen=True)
class Parts:
    """Every part by kind and name, other people's included, in the order in which a composed name lists them."""

    architecture: dict[str, Architecture]
    loss: dict[str, Loss]
    penalty: dict[str, Penalty]
    constraint: dict[str, Constraint]
    augmentation: dict[str, Augmentation]
    schedule: dict[str, Schedule]
    averaging: dict[str, Averaging]

    def kinds(self) -> dict[str, Mapping[str, Component]]:
        """The same as a dictionary."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Choice:
    """The parts that a composed name names.

    Args:
        name: Names of parts with + between, in any order.
        parts: Those that are known.

    Raises:
        LookupError: if a part is unknown or named twice.
    """

    def __init__(self, name: str, parts: Parts) -> None:
        self._name = name
        self._words = [word.strip() for word in name.split(SEPARATOR)]
        known = [part for catalog in parts.kinds().values() for part in catalog]
        for word in self._words:
            if word not in known:
                raise LookupError(f"variant {quoted(name)}: {unknown('part', word, known)}")
            if self._words.count(word) > 1:
                raise LookupError(f"variant {quoted(name)}: {word!r} is named twice")

    def several(self, catalog: Mapping[str, Part]) -> tuple[Part, ...]:
        """Those of one kind, in the order of the catalog, whatever the order of the words."""
        return tuple(part for name, part in catalog.items() if name in self._words)

    def at_most_one(self, catalog: Mapping[str, Part], kind: str) -> Part | None:
        """The one of a kind that can be had once, or None.

        Raises:
            LookupError: if there are two.
        """
        found = self.several(catalog)
        if len(found) > 1:
            raise LookupError(
                f"variant {quoted(self._name)}: {found[0].name!r} and {found[1].name!r}: one {kind} at most"
            )
        return found[0] if found else None

    def one(self, catalog: Mapping[str, Part], kind: str) -> Part:
        """The one of a kind that must be had.

        Raises:
            LookupError: if there is none, or two.
        """
        found = self.at_most_one(catalog, kind)
        if found is None:
            raise LookupError(f"variant {quoted(self._name)}: no {kind} among its parts; known: {', '.join(catalog)}")
        return found


def compose(name: str, known: Parts) -> Variant:
    """The variant made of the parts in `name`: one architecture, one loss, and what else there is of.

    Args:
        name: Names of parts with + between, in any order; the variant goes by them in their canonical order, so that
            one variant has one name.
        known: The parts that there are.

    Raises:
        LookupError: with one line that says which part is unknown, missing, twice, or makes no sense with which other.
    """
    choice = Choice(name, known)
    architecture, loss = choice.one(known.architecture, "architecture"), choice.one(known.loss, "loss")
    penalties = choice.several(known.penalty)
    constraint = choice.at_most_one(known.constraint, "constraint") or UNCONSTRAINED
    weight = {"penalty_weight": penalties[0].weight} if penalties else {}
    variant = Variant(
        name=SEPARATOR.join(part.name for catalog in known.kinds().values() for part in choice.several(catalog)),
        architecture=architecture,
        loss=loss,
        prior=NORMAL,
        latent_size=architecture.latent_size,
        optimiser="adam",
        batch_size=BATCH_SIZE,
        defaults=Hyperparameters(**{**USUAL, **loss.defaults, **constraint.defaults, **weight}),
        citation="composed; the defaults of Kurach et al. 2019, arXiv:1807.04720, and of the parts' papers",
        penalties=penalties,
        constraint=constraint,
        augmentations=choice.several(known.augmentation),
        schedule=choice.at_most_one(known.schedule, "schedule") or CONSTANT,
        averaging=choice.at_most_one(known.averaging, "averaging"),
    )
    if len(variant.name) > MOST_LETTERS_COMPOSED:
        raise LookupError(f"variant {quoted(name)}: too many parts; {MOST_LETTERS_COMPOSED} letters at most")
    if reasons := list(problems(variant)):
        raise LookupError(f"variant {quoted(name)} makes no sense: {'; '.join(reasons)}")
    return variant
