"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether there is such a file; what cannot be one, as a name of too many letters, is none."""
    return os.path.isfile(path)  # noqa: PTH113, whose way raises for a long name before Python 3.14


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` when the block ends without an error.

    The folder is made if need be. What was written reaches the disk before it takes its place, so that neither a kill
    nor a power loss leaves half a file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
