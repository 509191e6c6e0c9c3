"""The zoo: architectures, losses, penalties, constraints, and the named variants made of them.

Nothing is imported before it is asked for: `import ganzoo` is instant, and PyTorch comes with the first name.

    >>> import ganzoo
    >>> ganzoo.get("dcgan").loss.name
    'non-saturating'
    >>> ganzoo.losses.HINGE.citation
    'Lim and Ye 2017, arXiv:1705.02894, section 3; ...'
"""

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganzoo import architectures as architectures
    from ganzoo import augmentations as augmentations
    from ganzoo import averaging as averaging
    from ganzoo import constraints as constraints
    from ganzoo import losses as losses
    from ganzoo import penalties as penalties
    from ganzoo import schedules as schedules
    from ganzoo.variant import Variant as Variant

_PARTS = ("architectures", "augmentations", "averaging", "constraints", "losses", "penalties", "schedules")


def get(name: str) -> "Variant":
    """A variant by its name, or composed of parts.

    Args:
        name: As in "dcgan" or "resnet+hinge+r1".

    Raises:
        LookupError: with one line that lists the known names and the nearest, or says why parts do not fit together.
        TypeError: if it is no name.

    >>> import ganzoo
    >>> dcgan = ganzoo.get("dcgan")
    >>> dcgan.defaults.lr_generator, dcgan.latent_size
    (0.0002, 100)
    >>> ganzoo.get("r1+hinge+resnet").name
    'resnet+hinge+r1'
    >>> ganzoo.get("dcgna")
    Traceback (most recent call last):
    LookupError: unknown variant 'dcgna': did you mean 'dcgan'? Known: ...
    """
    from ganzoo.names import check_name
    from ganzoo.registry import find_variant

    check_name("variant", name)
    return find_variant(name)


def list(only: str = "all") -> builtins.list[str]:  # noqa: A001
    """The names of all variants, other people's included, or of a set of them.

    Args:
        only: A set: "core", "lucic2018" or "all".

    Raises:
        LookupError: with one line that lists the sets and the nearest.
        TypeError: if it is no name.

    >>> import ganzoo
    >>> "wgan-gp" in ganzoo.list()
    True
    >>> ganzoo.list("lucic2018")
    ['mm-gan', 'ns-gan', 'lsgan-lucic', 'wgan-lucic', 'wgan-gp-lucic', 'dragan', 'began']
    >>> ganzoo.list("lucic")
    Traceback (most recent call last):
    LookupError: unknown set 'lucic': did you mean 'lucic2018'? Known: core, lucic2018, all
    """
    from ganzoo.names import check_name, unknown
    from ganzoo.registry import sets

    check_name("set", only)
    known = sets()
    if only not in known:
        raise LookupError(unknown("set", only, known))
    return [*known[only]]


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        return import_module(f"ganzoo.{name}")
    if name == "Variant":
        return import_module("ganzoo.variant").Variant
    raise AttributeError(f"module 'ganzoo' has no attribute {name!r}")


def __dir__() -> builtins.list[str]:
    return sorted({*(each for each in globals() if each.startswith("__")), *_PARTS, "Variant", "get", "list"})
