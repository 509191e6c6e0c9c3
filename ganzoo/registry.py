"""Everything that is asked for by name: parts, variants, sets of variants, and variants composed of parts.

What the packages list comes first, then what other people's packages add through entry points.
"""

from collections.abc import Iterable
from functools import cache

from ganzoo import architectures, augmentations, averaging, constraints, losses, penalties, schedules, variants
from ganzoo.catalogs import check_apart, listed
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
from ganzoo.composition import SEPARATOR, Parts, compose
from ganzoo.definitions import definition_of
from ganzoo.entry_points import called_otherwise, merged
from ganzoo.names import quoted, unknown
from ganzoo.unlisted import unlisted
from ganzoo.variant import Variant

VARIANTS: dict[str, Variant] = listed("variant", variants, Variant)
LUCIC2018 = tuple(variant.name for variant in variants.LUCIC2018)
CORE = (
    *("gan-mlp", "gan-mlp-wide", "gan-mlp-dropout", "gan-shallow", "gan-minimax", "dcgan", "dcgan-minimax"),
    *("wgan", "wgan-gp", "lsgan", "hinge", "sngan"),
    *LUCIC2018,
)
SETS = {"core": CORE, "lucic2018": LUCIC2018}

# The kinds of parts by their groups of entry points.
PART_GROUPS: dict[str, type[Component]] = {
    "ganzoo.architectures": Architecture,
    "ganzoo.losses": Loss,
    "ganzoo.penalties": Penalty,
    "ganzoo.constraints": Constraint,
    "ganzoo.augmentations": Augmentation,
    "ganzoo.schedules": Schedule,
    "ganzoo.averaging": Averaging,
}

BUILT_IN = Parts(
    architecture=listed("architecture", architectures, Architecture),
    loss=listed("loss", losses, Loss),
    penalty=listed("penalty", penalties, Penalty),
    constraint=listed("constraint", constraints, Constraint),
    augmentation=listed("augmentation", augmentations, Augmentation),
    schedule=listed("schedule", schedules, Schedule),
    averaging=listed("averaging", averaging, Averaging),
)


@cache
def known_parts() -> Parts:
    """Every part that a variant can be made of, other people's included.

    Raises:
        PluginError: if somebody's package is broken, or two parts have one name.
    """
    parts = Parts(
        architecture=merged("architecture", BUILT_IN.architecture, "ganzoo.architectures", Architecture),
        loss=merged("loss", BUILT_IN.loss, "ganzoo.losses", Loss),
        penalty=merged("penalty", BUILT_IN.penalty, "ganzoo.penalties", Penalty),
        constraint=merged("constraint", BUILT_IN.constraint, "ganzoo.constraints", Constraint),
        augmentation=merged("augmentation", BUILT_IN.augmentation, "ganzoo.augmentations", Augmentation),
        schedule=merged("schedule", BUILT_IN.schedule, "ganzoo.schedules", Schedule),
        averaging=merged("averaging", BUILT_IN.averaging, "ganzoo.averaging", Averaging),
    )
    check_apart(parts.kinds(), dict.fromkeys((UNCONSTRAINED.name, CONSTANT.name), "what a variant without one has"))
    return parts


@cache
def known_variants() -> dict[str, Variant]:
    """Every variant by name, other people's included.

    Raises:
        PluginError: if somebody's package is broken, or a variant is called as a set is.
    """
    variants = merged("variant", VARIANTS, "ganzoo.variants", Variant)
    check_apart({"variant": variants}, dict.fromkeys((*SETS, "all"), "that of a set of variants"))
    return variants


def sets() -> dict[str, tuple[str, ...]]:
    """What several variants are asked for by, in one word."""
    return SETS | {"all": tuple(known_variants())}


def find_variant(name: str) -> Variant:
    """The variant called `name`, or the one composed of parts as in `resnet+hinge+r1`.

    Raises:
        LookupError: with one line that lists the known names and the nearest, or says why parts do not fit together.
    """
    known = known_variants()
    if name in known:
        return _sensible(known[name])
    if SEPARATOR in name:
        return _composed(name)
    if told := called_otherwise(name, {"ganzoo.variants": Variant}) or unlisted(name, variants):
        raise LookupError(f"unknown variant {quoted(name)}: {told}")
    for kind, catalog in known_parts().kinds().items():
        if name in catalog:
            told = f"that is a part ({kind}), and a variant is made of several, as in resnet+hinge+r1"
            raise LookupError(f"unknown variant {quoted(name)}: {told}")
    told = unknown("variant", name, known, besides=sets())
    raise LookupError(f"{told}; sets: {', '.join(sets())}; or parts, as in resnet+hinge+r1")


def _sensible(variant: Variant) -> Variant:
    """A variant whose parts fit together, as those of a composed one must."""
    if reasons := list(problems(variant)):
        place = definition_of(variant)
        where = f" ({place})" if place else ""
        raise LookupError(f"variant {quoted(variant.name)}{where} makes no sense: {'; '.join(reasons)}")
    return variant


def _composed(name: str) -> Variant:
    parts = known_parts()
    known = {part for catalog in parts.kinds().values() for part in catalog}
    for word in map(str.strip, name.split(SEPARATOR)):
        if word not in known and (told := called_otherwise(word, PART_GROUPS) or _unlisted_part(word)):
            raise LookupError(f"variant {quoted(name)}: unknown part {quoted(word)}: {told}")
    return compose(name, parts)


def _unlisted_part(word: str) -> str:
    packages = (architectures, losses, penalties, constraints, augmentations, schedules, averaging)
    return next(filter(None, (unlisted(word, package) for package in packages)), "")


def find_variants(names: Iterable[str]) -> list[Variant]:
    """The variants of names and sets, each once: those of the registry in its order, then the composed ones.

    Raises:
        LookupError: as `find_variant`.
    """
    single = [each for name in names for each in sets().get(name, (name,))]
    found = {variant.name: variant for variant in map(find_variant, single)}
    order = [name for name in known_variants() if name in found]
    return [found[name] for name in (*order, *(name for name in found if name not in order))]
