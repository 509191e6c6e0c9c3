"""A key that changes with every byte that decides the images of a data set."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from benchmark.datasets.dataset import Dataset
from benchmark.environment import cores
from benchmark.errors import UserError

MOST_A_PIECE = 256  # files that a thread reads one after the other
VERSION = 2  # of how images are made from files; a new one makes them again


def content_key(dataset: Dataset, data: Path, side: int, maker: str = "") -> str:
    """16 hex digits that change with the bytes and names of the data set's files, and with the images' side.

    Args:
        dataset: What is asked for.
        data: The folder of all data sets.
        side: Of the images, in pixels.
        maker: What changes with the code that makes images from files, where `VERSION` does not say so.

    Raises:
        UserError: if a file cannot be had or read.
    """
    files = list(dataset.files(data))
    for file in files:
        if not isinstance(file, Path):
            raise UserError(f"dataset {dataset.name!r}: its files give {file!r}; must be pathlib.Path each")
    files.sort()
    root = dataset.home or (os.path.commonpath([file.parent for file in files]) if files else "")
    kind = dataset.name.partition(":")[0]  # a folder keeps its key when it moves
    digest = hashlib.sha256(f"{VERSION} {kind} {side}{maker and f' {maker}'}\n".encode())
    for file, its_own in zip(files, file_digests(files), strict=True):
        # A name need not be UTF-8.
        digest.update(f"{its_own} {file.relative_to(root).as_posix()}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()[:16]


def file_digests(files: Sequence[Path]) -> list[str]:
    """The SHA-256 of each file, read with all cores, once as long as it stays as it is.

    Raises:
        UserError: naming a file that cannot be read.
    """
    # A future takes more memory than a digest, and there may be 200,000 files; but a few large ones are read at once.
    size = max(1, min(MOST_A_PIECE, len(files) // (4 * cores())))
    pieces = [files[start : start + size] for start in range(0, len(files), size)]
    with ThreadPoolExecutor(cores()) as threads:
        return [digest for piece in threads.map(_digests, pieces) for digest in piece]


def _digests(files: Sequence[Path]) -> list[str]:
    return [_digest(file) for file in files]


def _digest(file: Path) -> str:
    try:
        status = file.stat()
        return _digest_of(file, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from error


@cache
def _digest_of(file: Path, size: int, modified: int, changed: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
