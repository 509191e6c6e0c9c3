"""What the zoo holds, as rows of words."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmark.errors import UserError
from ganzoo.catalog import known_variants, sets
from ganzoo.composition import known_parts
from ganzoo.parts import Named
from ganzoo.plugins import PluginError
from ganzoo.variant import CONSTANT, UNCONSTRAINED, Variant


def variant_rows() -> Iterator[tuple[str, str, str, str]]:
    """Name, parts, defaults and reference of every recipe.

    Raises:
        UserError: if somebody's package is broken.
    """
    with _broken_packages_reported():
        recipes = known_variants().values()
    for recipe in recipes:
        settings = ", ".join(f"{name} {value:g}" for name, value in recipe.defaults.present().items())
        yield recipe.name, "+".join(part_names(recipe)), f"{recipe.optimiser}: {settings}", recipe.reference


def part_names(variant: Variant) -> tuple[str, ...]:
    """The names of a variant's parts, those left out that it does not have."""
    averaging = (variant.averaging,) if variant.averaging else ()
    several: tuple[Named, ...] = (*variant.penalties, variant.constraint, *variant.augmentations, variant.schedule)
    parts = (variant.architecture, variant.loss, *several, *averaging)
    return tuple(part.name for part in parts if part not in (UNCONSTRAINED, CONSTANT))


def sets_in_words() -> str:
    """The sets of recipes and how many each holds, in one line."""
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
            yield kind, part.name, part.reference, part.limits


@contextmanager
def _broken_packages_reported() -> Iterator[None]:
    try:
        yield
    except PluginError as error:
        raise UserError(str(error)) from error
