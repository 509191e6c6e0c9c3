"""The values that a shell completes: names of studies, variants, keys of a spec, data sets and the like.

What a name belongs to is imported when a shell asks for it, and not for every command.
"""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from benchmark.paths import Paths

DEVICES = ("auto", "cpu", "cuda", "cuda:0", "mps")


def studies(incomplete: str) -> list[str]:
    """Names of study specs that begin so."""
    from benchmark.spec.spec_files import known_specs

    return _beginning(incomplete, known_specs(Paths.here().studies))


def suites(incomplete: str) -> list[str]:
    """Names of suites that begin so."""
    from benchmark.spec.suite import known_suites

    return _beginning(incomplete, known_suites(Paths.here().studies))


def variants(incomplete: str) -> list[str]:
    """Variants and sets; of a list with commas between, the last."""
    from ganzoo.registry import known_variants, sets

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _beginning(last, [*sets(), *known_variants()])]


def keys(incomplete: str) -> list[str]:
    """Keys of a study spec with the = that follows."""
    from benchmark.spec import Spec

    return _beginning(incomplete, [f"{key}=" for key in ("scale", *_keys(Spec))])


def datasets(incomplete: str) -> list[str]:
    """Names of data sets."""
    from benchmark.datasets.catalog import known_datasets

    return _beginning(incomplete, known_datasets())


def protocols(incomplete: str) -> list[str]:
    """Names of protocols."""
    from benchmark.spec.protocols.catalog import known_protocols

    return _beginning(incomplete, known_protocols())


def splits(incomplete: str) -> list[str]:
    """Names of splits."""
    from typing import get_args

    from benchmark.records import Split

    return _beginning(incomplete, get_args(Split))


def devices(incomplete: str) -> list[str]:
    """Where one may train, as torch names it; whether it is here is seen later."""
    return _beginning(incomplete, DEVICES)


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _keys(table: type[BaseModel]) -> Iterator[str]:
    """Dotted keys of a table and of those in it; of the search, its hyperparameters."""
    from benchmark.spec.ranges import SearchRanges
    from ganzoo.hyperparameters import NAMES

    for key, field in table.model_fields.items():
        inner = field.annotation
        if inner is SearchRanges:
            yield from (f"{key}.{name}" for name in NAMES)
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from (f"{key}.{name}" for name in _keys(inner))
        else:
            yield key
