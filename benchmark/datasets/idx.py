"""The idx file format of MNIST and its successors."""

import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def idx_problem(path: Path, side: int) -> str | None:
    """None if a file `*-idxD-ubyte` has D dimensions and is as long as its header says, else what is wrong with it.

    The header is two zero bytes, 8 for "unsigned byte", the number of dimensions, then each dimension as a big-endian
    uint32: (N) for labels, (N, side, side) for images of that many pixels.
    """
    if not path.is_file():
        return "is missing"
    with path.open("rb") as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:3] != b"\0\0\x08":
            return "is no idx-ubyte file"
        header = file.read(4 * magic[3])
    if f"-idx{magic[3]}-" not in path.name:
        return f"has {magic[3]} dimensions, its name says otherwise"
    if len(header) < 4 * magic[3]:
        return "is cut off within its header"
    count, *sides = struct.unpack(f">{magic[3]}I", header)
    if count == 0:
        return "holds nothing"
    if any(length != side for length in sides):
        return f"has images of {'x'.join(map(str, sides))} pixels, not {side}x{side}"
    expected = 4 + len(header) + count * math.prod(sides)
    size = path.stat().st_size
    return None if size == expected else f"has {size} bytes, its header says {expected}"


def read_idx(path: Path) -> NDArray[np.uint8]:
    """What a file without an `idx_problem` holds: labels (N,) or images (N, side, side)."""
    with path.open("rb") as file:
        dimensions = file.read(4)[3]
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
    return np.fromfile(path, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
