"""What the zoo holds, as rows of words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmark.errors import UserError
from ganzoo.components import CONSTANT, UNCONSTRAINED, Component
from ganzoo.entry_points import PluginError
from ganzoo.registry import known_parts, known_variants, sets
from ganzoo.variant import Variant


def variant_rows() -> Iterator[tuple[str, str, str, str]]:
    """Name, parts, defaults and reference of every variant.

    Raises:
        UserError: if somebody's package is broken.
    """
    with _broken_packages_reported():
        variants = known_variants().values()
    for variant in variants:
        settings = ", ".join(f"{name} {value:g}" for name, value in variant.defaults.present().items())
        yield variant.name, "+".join(part_names(variant)), f"{variant.optimiser}: {settings}", variant.citation


def variant_facts() -> list[dict[str, Any]]:
    """The same of every variant as numbers and words: name, parts, optimiser, defaults and reference."""
    with _broken_packages_reported():
        return [
            {
                "name": variant.name,
                "parts": list(part_names(variant)),
                "optimiser": variant.optimiser,
                "defaults": variant.defaults.present(),
                "reference": variant.citation,
            }
            for variant in known_variants().values()
        ]


def part_names(variant: Variant) -> tuple[str, ...]:
    """The names of a variant's parts, those left out that it does not have."""
    averaging = (variant.averaging,) if variant.averaging else ()
    several: tuple[Component, ...] = (*variant.penalties, variant.constraint, *variant.augmentations, variant.schedule)
    parts = (variant.architecture, variant.loss, *several, *averaging)
    return tuple(part.name for part in parts if part not in (UNCONSTRAINED, CONSTANT))


def sets_in_words() -> str:
    """The sets of variants and how many each holds, in one line."""
    return "Sets: " + ", ".join(f"{name} ({len(members)})" for name, members in sets().items())


def part_rows() -> Iterator[tuple[str, str, str, str]]:
    """Kind, name, reference and limits of every part.

    Raises:
        UserError: if somebody's package is broken.
    """
    with _broken_packages_reported():
        kinds = known_parts().kinds()
    for kind, catalog in kinds.items():
        for part in catalog.values():
            yield kind, part.name, part.citation, part.limits


@contextmanager
def _broken_packages_reported() -> Iterator[None]:
    try:
        yield
    except PluginError as error:
        raise UserError(str(error)) from error
