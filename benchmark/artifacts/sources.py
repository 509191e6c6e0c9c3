"""Which files a run's parts are written in, and which version of each: a part may be edited between two runs."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

from benchmark.datasets.catalog import known_datasets
from benchmark.metrics.catalog import known_metrics
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from ganzoo.components import CONSTANT, UNCONSTRAINED
from ganzoo.definitions import definitions_of, file_of
from ganzoo.registry import known_variants
from ganzoo.variant import Variant

LAYERS = "ganzoo.layers"
# By identity of what was looked for, which is kept, so that no other gets it: to look takes some milliseconds.
_HOMES: dict[int, tuple[object, ModuleType | None]] = {}


def sources_of(variant: Variant, spec: Spec) -> dict[str, str]:
    """The files of a variant, its parts, the data set and the metrics, each with a digest of its content.

    What a part's file imports from beside it counts, too: layers, and other files of the same package. The harness does
    not: its commit is in the environment of a run. A process knows what it found when it was first asked, since that is
    the code that it runs.

    Args:
        variant: The variant.
        spec: Names data set and metrics.

    Returns:
        By file from where its package lies, as in "ganzoo/losses/hinge.py": 16 hex digits.
    """
    return {file_of(module): digest for module in _modules(variant, spec) if (digest := _digest(module))}


def older(records: Iterable[TrialRecord], now: Mapping[str, str]) -> dict[str, int]:
    """How many runs are of another version, by file; records of before, which do not say, count as of this one."""
    changed = [file for record in records for file, digest in record.sources.items() if now.get(file, digest) != digest]
    return {file: changed.count(file) for file in dict.fromkeys(changed)}


def told_of_older(variant: str, records: Iterable[TrialRecord], now: Mapping[str, str]) -> str:
    """What a person is told of a variant whose parts were edited since some of its runs; "" if none were."""
    found = older(records, now)
    if not found:
        return ""
    runs = max(found.values())
    count = f"{runs} run{'s are' if runs > 1 else ' is'} of an older version"
    return (
        f"{' and '.join(found)}: edited since variant {variant} was run: {count}, kept and counted with new ones; "
        "--set name=NAME begins another study with what is there now"
    )


def _modules(variant: Variant, spec: Spec) -> list[ModuleType]:
    parts = [*_parts(variant), *_of_study(spec)]
    _find([*parts, variant])
    # A variant's own file says what its parts and defaults are, and holds those that are made in its line.
    homes = [home for each in (variant, *parts) if (home := _HOMES[id(each)][1])]
    return sorted(_with_helpers(homes), key=file_of)


def _find(parts: Sequence[object]) -> None:
    if all(id(part) in _HOMES for part in parts):
        return
    # With them all that may be asked for next: to look for a hundred takes as long as for one.
    zoo = [each for variant in known_variants().values() for each in (variant, *_parts(variant))]
    new = [*{id(part): part for part in (*parts, *zoo) if id(part) not in _HOMES}.values()]
    for part, found in zip(new, definitions_of(new), strict=True):
        _HOMES[id(part)] = part, found.module if found else None


def _parts(variant: Variant) -> Iterator[object]:
    yield from (variant.architecture, variant.loss, *variant.penalties, *variant.augmentations)
    yield from (part for part in (variant.constraint, variant.schedule) if part not in (UNCONSTRAINED, CONSTANT))
    yield from (variant.averaging,) if variant.averaging else ()


def _of_study(spec: Spec) -> Iterator[object]:
    # Pictures of a folder are no code, and the package of a data set may be gone when its study has ended.
    if dataset := known_datasets().get(spec.dataset):
        yield dataset
    known = known_metrics()
    yield from (known[name] for name in {*spec.score.metrics, *spec.score.final_metrics} if name in known)


def _with_helpers(modules: Iterable[ModuleType]) -> list[ModuleType]:
    found: list[ModuleType] = []
    left = [*modules]
    while left:
        module = left.pop()
        if module not in found:
            found.append(module)
            left += _beside(module)
    return found


def _beside(module: ModuleType) -> Iterator[ModuleType]:
    """What a module has from files that are as much its part's as it is."""
    top, package = module.__name__.partition(".")[0], module.__name__.rpartition(".")[0]
    for value in [*vars(module).values()]:
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if not isinstance(name, str) or name not in sys.modules:
            continue
        is_near = name.startswith((f"{package}.", f"{LAYERS}.")) if top == "ganzoo" else name.startswith(f"{top}.")
        if top != "benchmark" and is_near:
            yield sys.modules[name]


@cache
def _digest(module: ModuleType) -> str:
    try:
        return hashlib.sha256(Path(str(module.__file__)).read_bytes()).hexdigest()[:16]
    except OSError:  # of a package that is gone, or in an archive
        return ""
