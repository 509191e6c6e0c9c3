"""Tensors on disk: safetensors files that are there whole or not at all, and are checked when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save
from torch import Tensor

from benchmark.digests import BLANK, KEY, DamagedFileError, check_whole, sealed
from benchmark.files import atomic_write


@dataclass(frozen=True)
class TensorFile:
    """What a file holds.

    Attributes:
        tensors: By name, on the CPU.
        metadata: Text by name.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> None:
    """Write tensors (...) by name, each of any shape, with their metadata and the digest of both."""
    content = sealed(save(dict(tensors), {**(metadata or {}), KEY: BLANK}))
    with atomic_write(path) as unfinished:
        unfinished.write_bytes(content)


def read_tensors(path: Path) -> TensorFile:
    """What `write_tensors`, or safetensors itself, wrote: tensors (...) by name.

    Raises:
        OSError: if there is no such file, or it cannot be read.
        DamagedFileError: if it is not as it was written, or no safetensors file.
    """
    content = check_whole(path.read_bytes())
    try:
        tensors = load(content)
        with safe_open(path, "pt") as file:
            return TensorFile(tensors, file.metadata() or {})
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise DamagedFileError(str(error)) from error
