"""Arrays in an .npy, .npz or .safetensors: what their headers say, and their bytes a block at a time."""

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

import numpy as np
from safetensors import SafetensorError, safe_open

from benchmark.datasets.dataset import Pixels

# What zipfile and safetensors raise at a file that is cut off, foreign, encrypted, or made to break them.
UNREADABLE = (OSError, ValueError, EOFError, RuntimeError, BadZipFile, zlib.error, LZMAError, SafetensorError)
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
# A file that grows a hundredfold holds no images: those of one colour do not score. Smaller arrays do no harm.
MOST_INFLATED = 100
HARMLESS = 2**28


@dataclass(frozen=True)
class StoredArray:
    """An array that has not been read.

    Attributes:
        name: Its own in the file.
        dtype: As NumPy or safetensors name it.
        shape: As its header says.
        blocks: `(n) -> (n or fewer, *shape[1:])` uint8 until there are no more; if it is an array of bytes. Raises one
            of `UNREADABLE` if the file has not what the header says.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    blocks: Callable[[int], Iterator[Pixels]]

    @property
    def may_be_images(self) -> bool:
        """Whether it is of bytes, and three or four dimensions."""
        return self.dtype == "uint8" and len(self.shape) in (3, 4)

    def __str__(self) -> str:
        """As a person is told of it."""
        return f"{self.name} {self.dtype}{list(self.shape)}" if self.dtype else f"{self.name} (no array)"


def stored_arrays(source: Path) -> list[StoredArray]:
    """What the headers in an .npy, .npz or .safetensors say.

    Raises:
        Exception: one of `UNREADABLE`.
    """
    return READERS.get(source.suffix.lower(), _in_safetensors)(source)


def check_size(array: StoredArray, source: Path) -> None:
    """Refuse an array of nothing, and one that a small file blows up into.

    Raises:
        ValueError: saying what is allowed.
    """
    size = math.prod(array.shape)
    if min(array.shape) < 1:
        raise ValueError(f"{array}: every side must be 1 or more")
    held = source.stat().st_size
    if size > max(HARMLESS, MOST_INFLATED * held):
        raise ValueError(f"{array}: at most {MOST_INFLATED} times the file's {held:,} bytes are allowed")


def _in_npy(source: Path) -> list[StoredArray]:
    mapped = np.load(source, mmap_mode="r", allow_pickle=False)
    return [StoredArray(source.stem, str(mapped.dtype), mapped.shape, partial(_mapped, mapped))]


def _mapped(array: Pixels, count: int) -> Iterator[Pixels]:
    for start in range(0, len(array), count):
        yield np.array(array[start : start + count])


def _in_safetensors(source: Path) -> list[StoredArray]:
    with safe_open(source, "np") as file:
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
        return [
            StoredArray(
                name,
                "uint8" if part.get_dtype() == "U8" else part.get_dtype(),
                tuple(part.get_shape()),
                partial(_sliced, source, name, part.get_shape()),
            )
            for name, part in slices.items()
        ]


def _sliced(source: Path, name: str, shape: list[int], count: int) -> Iterator[Pixels]:
    with safe_open(source, "np") as file:
        part = file.get_slice(name)
        for start in range(0, shape[0], count):
            yield part[start : min(start + count, shape[0])]


def _in_npz(source: Path) -> list[StoredArray]:
    with ZipFile(source) as archive:
        return [_member(source, archive, name) for name in archive.namelist()]


def _member(source: Path, archive: ZipFile, name: str) -> StoredArray:
    with archive.open(name) as file:
        try:
            shape, is_fortran, dtype = _read_header(file)
        # The header is Python text that NumPy evaluates: what it trips over can be anything, and is no array.
        except Exception:
            return StoredArray(name, "", (), lambda _: iter(()))
    blocks = _whole if is_fortran else _streamed
    return StoredArray(name.removesuffix(".npy"), str(dtype), shape, partial(blocks, source, name))


def _read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    shape, is_fortran, dtype = HEADERS[np.lib.format.read_magic(file)](file)
    return tuple(map(int, shape)), is_fortran, dtype


def _streamed(source: Path, name: str, count: int) -> Iterator[Pixels]:
    with ZipFile(source) as archive, archive.open(name) as file:
        shape, _, _ = _read_header(file)
        for start in range(0, shape[0], count):
            block = (min(count, shape[0] - start), *shape[1:])
            yield _read(file, name, block).reshape(block)


def _whole(source: Path, name: str, count: int) -> Iterator[Pixels]:
    """Of an array whose first axis is the innermost: it is read at once."""
    with ZipFile(source) as archive, archive.open(name) as file:
        shape, _, _ = _read_header(file)
        everything = _read(file, name, shape).reshape(shape, order="F")
    for start in range(0, len(everything), count):
        yield everything[start : start + count]


def _read(file: IO[bytes], name: str, shape: tuple[int, ...]) -> Pixels:
    """As many bytes as make a shape, in one dimension."""
    content = file.read(math.prod(shape))
    if len(content) < math.prod(shape):
        raise ValueError(f"{name}: ends before it has the bytes of its shape")
    return np.frombuffer(content, np.uint8)


# By what a file's name ends with; any other is read as safetensors.
READERS: dict[str, Callable[[Path], list[StoredArray]]] = {".npy": _in_npy, ".npz": _in_npz}
