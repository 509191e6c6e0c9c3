"""Every part by kind and name: what the packages list, and what their files hold."""

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

from ganzoo import architectures, augmentations, averaging, constraints, losses, penalties, schedules
from ganzoo.components import (
    Architecture,
    Augmentation,
    Averaging,
    Component,
    Constraint,
    Loss,
    Penalty,
    Schedule,
)
from ganzoo.composition import SEPARATOR
from ganzoo.registry import BUILT_IN, VARIANTS, find_variant, sets
from ganzoo.variant import joined_names

KINDS: list[tuple[ModuleType, type[Component], dict[str, Component]]] = [
    (architectures, Architecture, dict(BUILT_IN.architecture)),
    (losses, Loss, dict(BUILT_IN.loss)),
    (penalties, Penalty, dict(BUILT_IN.penalty)),
    (constraints, Constraint, dict(BUILT_IN.constraint)),
    (augmentations, Augmentation, dict(BUILT_IN.augmentation)),
    (schedules, Schedule, dict(BUILT_IN.schedule)),
    (averaging, Averaging, dict(BUILT_IN.averaging)),
]
EVERY = [part for _, _, catalog in KINDS for part in catalog.values()]

every_kind = pytest.mark.parametrize(("package", "kind", "catalog"), KINDS, ids=[kind.__name__ for _, kind, _ in KINDS])
every_part = pytest.mark.parametrize("part", EVERY, ids=[part.name for part in EVERY])


@every_kind
def test_every_part_of_every_file_is_listed(
    package: ModuleType, kind: type[Component], catalog: dict[str, Component]
) -> None:
    for found in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{found.name}")
        written = [part for part in vars(module).values() if isinstance(part, kind)]
        assert written, f"{module.__name__} holds no {kind.__name__}"
        assert all(catalog[part.name] is part for part in written)
    assert list(catalog) == [part.name for part in catalog.values()]


def test_no_two_parts_of_any_kind_have_one_name() -> None:
    assert [name for name, count in Counter(part.name for part in EVERY).items() if count > 1] == []


@every_part
def test_names_can_be_written_into_a_composition(part: Component) -> None:
    assert part.name.replace("-", "").isalnum()
    assert part.name == part.name.lower()
    assert SEPARATOR not in part.name
    # Those are the names of what is absent, and of sets.
    assert part.name not in {"none", "constant", *sets()}


@every_part
def test_says_where_it_comes_from_and_what_to_know_of_it(part: Component) -> None:
    assert len(getattr(part, "citation")) > 20  # noqa: B009
    limits = getattr(part, "limits")  # noqa: B009
    assert limits.endswith(".")
    assert "\n" not in limits


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_are_made_of_these_very_parts(variant: str) -> None:
    variant = VARIANTS[variant]
    present: list[Component] = [variant.architecture, variant.loss, *variant.penalties, *variant.augmentations]
    present += [part for part in (variant.constraint, variant.schedule) if part.name not in ("none", "constant")]
    present += [variant.averaging] if variant.averaging else []
    own = {id(part) for part in EVERY}
    assert [part.name for part in present if id(part) not in own] == []


def test_names_are_joined() -> None:
    some = [BUILT_IN.penalty[name] for name in ("r1", "r2")]
    assert joined_names(some) == "r1+r2"
    assert joined_names(some[:1]) == "r1"
    assert joined_names([]) == "none"


@pytest.mark.parametrize(
    ("variant", "parts"),
    [
        (
            "mlp+hinge+r1+consistency+orthogonal+diffaugment+instance-noise+cosine+ema",
            {
                "architecture": "mlp",
                "loss": "hinge",
                "penalty": "consistency+r1",
                "constraint": "orthogonal",
                "augmentation": "diffaugment+instance-noise",
                "schedule": "cosine",
                "averaging": "ema",
                "prior": "normal, 64 numbers",
            },
        ),
        (
            "gan-shallow",
            {
                "architecture": "shallow",
                "loss": "non-saturating",
                "penalty": "none",
                "constraint": "none",
                "augmentation": "none",
                "schedule": "constant",
                "averaging": "none",
                "prior": "uniform, 100 numbers",
            },
        ),
    ],
)
def test_a_variant_is_described_by_all_its_parts(variant: str, parts: dict[str, str]) -> None:
    others = {"optimiser", "paper_batch_size", "citation"}
    described = find_variant(variant).parts
    assert {name: value for name, value in described.items() if name not in others} == parts
    assert others <= described.keys()
