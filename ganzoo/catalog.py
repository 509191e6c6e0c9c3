"""Every recipe by name, sets of recipes, and recipes composed by name."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from ganzoo.composition import SEPARATOR, compose
from ganzoo.plugins import merged
from ganzoo.recipes import convolutional, lucic2018, residual, tutorials
from ganzoo.variant import Variant

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (*tutorials.RECIPES, *convolutional.RECIPES, *lucic2018.RECIPES, *residual.RECIPES)
}
LUCIC2018 = tuple(variant.name for variant in lucic2018.RECIPES)
CORE = (
    *("gan-mlp", "gan-mlp-wide", "gan-mlp-dropout", "gan-shallow", "gan-minimax", "dcgan", "dcgan-minimax"),
    *("wgan", "wgan-gp", "lsgan", "hinge", "sngan"),
    *LUCIC2018,
)


@cache
def known_variants() -> dict[str, Variant]:
    """Every recipe by name, other people's included.

    Raises:
        PluginError: if somebody's package is broken.
    """
    return merged("variant", VARIANTS, "ganzoo.variants", Variant)


def sets() -> dict[str, tuple[str, ...]]:
    """What several recipes are asked for by, in one word."""
    return {"core": CORE, "lucic2018": LUCIC2018, "all": tuple(known_variants())}


def find_variant(name: str) -> Variant:
    """The recipe called `name`, or the one composed of parts as in `resnet+hinge+r1`.

    Raises:
        LookupError: with one line that lists the known names and the nearest, or says why parts do not fit together.
    """
    known = known_variants()
    if name in known:
        return known[name]
    if SEPARATOR in name:
        return compose(name)
    nearest = get_close_matches(name.lower(), known, n=1, cutoff=0.0)[0]
    raise LookupError(
        f"unknown variant {name!r}: did you mean {nearest!r}? Known: {', '.join(known)}; sets: {', '.join(sets())}; "
        f"or parts, as in resnet+hinge+r1"
    )


def find_variants(names: Iterable[str]) -> list[Variant]:
    """The recipes of names and sets, each once: those of the catalog in its order, then the composed ones.

    Raises:
        LookupError: as `find_variant`.
    """
    single = [each for name in names for each in sets().get(name, (name,))]
    found = {variant.name: variant for variant in map(find_variant, single)}
    order = [name for name in known_variants() if name in found]
    return [found[name] for name in (*order, *(name for name in found if name not in order))]
