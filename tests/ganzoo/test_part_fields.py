"""Fields of parts that have a value of another kind, each with its line."""

from dataclasses import dataclass, replace

import pytest

from ganzoo.architectures import DCGAN
from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.components import Architecture, Averaging, Constraint, Loss, Penalty
from ganzoo.constraints import WEIGHT_CLIPPING
from ganzoo.losses import HINGE
from ganzoo.part_fields import CheckedFields
from ganzoo.penalties import R1
from ganzoo.slips import FieldError

NUMBERS = 'must be numbers by name, as in {"beta1": 0.5}'
SIDES = "must be whole numbers in a tuple, as in (8,) or (16, 32)"


@pytest.mark.parametrize(
    ("part", "field", "value", "told"),
    [
        (HINGE, "citation", None, "citation = None: must be text"),
        (HINGE, "relativistic", "no", "relativistic = 'no': must be True or False"),
        (HINGE, "energy", 1, "energy = 1: must be True or False"),
        (HINGE, "discriminator", "hinge", "discriminator = 'hinge': must be a function"),
        (HINGE, "output", "sigmoid", "output = 'sigmoid': must be a function"),
        (HINGE, "state", ("margin",), f"state = ('margin',): {NUMBERS}"),
        (HINGE, "state", {"margin": "0.1"}, f"state = {{'margin': '0.1'}}: {NUMBERS}"),
        (HINGE, "defaults", {"beta1": None}, f"defaults = {{'beta1': None}}: {NUMBERS}"),
        (DCGAN, "resolutions", 8, f"resolutions = 8: {SIDES}"),
        (DCGAN, "resolutions", ("8",), f"resolutions = ('8',): {SIDES}"),
        (DCGAN, "latent_size", 3.5, "latent_size = 3.5: must be a whole number"),
        (DCGAN, "latent_size", True, "latent_size = True: must be a whole number"),
        (R1, "weight", "10", "weight = '10': must be a number"),
        (R1, "slope", "1", "slope = '1': must be a number, or None"),
        (WEIGHT_CLIPPING, "regularise", 3, "regularise = 3: must be a function, or None"),
        (EXPONENTIAL_AVERAGE, "decay", 0.999, "decay = 0.999: must be a function"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    part: Architecture | Averaging | Constraint | Loss | Penalty, field: str, value: object, told: str
) -> None:
    with pytest.raises(FieldError) as refused:
        replace(part, **{field: value})
    assert str(refused.value) == f"{type(part).__name__.lower()} {part.name!r}: {told}"


def test_what_is_of_its_kind_is_kept_as_it_is() -> None:
    assert replace(R1, weight=10).weight == 10
    assert replace(R1, slope=None).slope is None
    assert replace(DCGAN, resolutions=()).resolutions == ()
    assert replace(HINGE, state={"margin": 1, "balance": 0.5}).state == {"margin": 1, "balance": 0.5}


def test_a_kind_that_nothing_is_known_of_is_not_looked_at_but_by_its_class() -> None:
    @dataclass(frozen=True)
    class Shelf(CheckedFields):
        name: str
        part: Loss

    assert Shelf("one", HINGE).part is HINGE
    with pytest.raises(FieldError, match=r"^shelf 'one': part = 3: must be Loss$"):
        Shelf("one", 3)  # type: ignore[arg-type]
