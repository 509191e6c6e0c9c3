"""Files that are there whole or not at all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

IDLE_SECONDS = 60.0


def sweep(folder: Path, pattern: str = "**/*.tmp") -> None:
    """Remove what `atomic_write` left unfinished in processes that were killed.

    Args:
        folder: Where; nothing happens where it is not there.
        pattern: Of the names looked at; those that hold no process id, or that of a process which lives, stay, and
            those that were written to in the last minute, perhaps by another host.
    """
    for path in folder.glob(pattern):
        pid = path.stem.rpartition(".")[2]
        with suppress(OSError):
            idle = time.time() - path.stat().st_mtime > IDLE_SECONDS
            if idle and pid.isascii() and pid.isdecimal() and not lives(int(pid)):
                path.unlink()


def lives(pid: int) -> bool:
    """Whether there is a process of that id on this host."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def is_file(path: Path) -> bool:
    """Whether there is such a file; what cannot be one, as a name of too many letters, is none."""
    return os.path.isfile(path)  # noqa: PTH113, whose way raises for a long name before Python 3.14


def read_file(path: Path) -> bytes:
    """What is in a file.

    Raises:
        FileNotFoundError: if there is nothing of that name, or a link that leads nowhere.
        ValueError: if it is no file: a folder, or a pipe, which would be waited for without end.
    """
    if not is_file(path) and path.exists():
        raise ValueError("not a file")
    return path.read_bytes()


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
