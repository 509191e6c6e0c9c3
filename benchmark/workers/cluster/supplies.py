"""What a node needs of a study before it can train: images, statistics of real ones, weights of an extractor.

All of it is files, known by their content: a node that has one is sent no other.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from benchmark.datasets.prepared import file_digest
from benchmark.files import atomic_write
from benchmark.names import slug
from benchmark.workers.task import CohortTask

PIECE = 2**26  # bytes of a file that travel together


@dataclass(frozen=True)
class Supply:
    """A file that runs read.

    Attributes:
        folder: Which of a task's folders it lies in.
        name: Its path in there.
        digest: SHA-256 of its bytes.
    """

    folder: Literal["data", "cache"]
    name: str
    digest: str


@dataclass(frozen=True)
class Crate:
    """A supply on its way.

    Attributes:
        supply: Which file.
        pieces: What leads to its bytes, `PIECE` of them each: of a cluster, references to what lies in its store.
    """

    supply: Supply
    pieces: tuple[Any, ...]


def supplies_of(task: CohortTask) -> tuple[Supply, ...]:
    """The files that a task's runs read, all made by now.

    Raises:
        UserError: if data or weights cannot be had.
    """
    from benchmark.datasets.catalog import prepared_folder
    from benchmark.scoring.extractors.catalog import find_extractor

    spec = task.spec
    splits = tuple(dict.fromkeys((spec.train_split, task.split)))
    shelf = prepared_folder(spec.dataset, splits, task.data, spec.resolution, task.content)
    weights = find_extractor(spec.score.extractor).weights(task.data)
    data = [path for split in splits for path in sorted(shelf.glob(f"{split}*")) if path.suffix in (".json", ".npy")]
    if weights is not None and weights.is_relative_to(task.data):  # others come with the package
        data.append(weights)
    cache = [path for split in splits for path in sorted(task.cache.glob(f"{slug(f'{spec.dataset}-{split}')}-*"))]
    return (*_supplies("data", task.data, data), *_supplies("cache", task.cache, cache))


def _supplies(folder: Literal["data", "cache"], root: Path, paths: Iterable[Path]) -> Iterable[Supply]:
    for path in paths:
        yield Supply(folder, path.relative_to(root).as_posix(), file_digest(path))


def crated(supply: Supply, task: CohortTask, put: Callable[[bytes], Any]) -> Crate:
    """A supply made ready to be sent.

    Args:
        supply: From `supplies_of` of the task.
        task: Says where its folder is.
        put: Stores bytes where nodes find them, and gives what leads there.
    """
    pieces = []
    with (getattr(task, supply.folder) / supply.name).open("rb") as file:
        while piece := file.read(PIECE):
            pieces.append(put(piece))
    return Crate(supply, tuple(pieces))


def unpack(crates: Sequence[Crate], folders: dict[str, Path], get: Callable[[Any], bytes]) -> None:
    """Lay supplies where a node's runs look for them; what is there, as it should be, is not sent for.

    Args:
        crates: What is needed.
        folders: The node's "data" and "cache".
        get: Bytes of a piece.

    Raises:
        OSError: if there is no room, or a file came damaged.
    """
    for crate in crates:
        path = folders[crate.supply.folder] / crate.supply.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock")):  # several workers of a node want it at once
            if path.is_file() and file_digest(path) == crate.supply.digest:
                continue
            with atomic_write(path) as unfinished:
                with unfinished.open("wb") as file:
                    for piece in crate.pieces:
                        file.write(get(piece))
                if file_digest(unfinished) != crate.supply.digest:
                    raise OSError(f"{os.fspath(path)}: it came damaged")
