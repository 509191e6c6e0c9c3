"""The idx file format of MNIST and its successors."""

import math
import struct
from pathlib import Path


def idx_problem(path: Path) -> str | None:
    """None if a file `*-idxD-ubyte` has D dimensions and is as long as its header says, else what is wrong with it.

    The header is two zero bytes, 8 for "unsigned byte", the number of dimensions, then each dimension as a big-endian
    uint32.
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
    expected = 4 + len(header) + math.prod(struct.unpack(f">{magic[3]}I", header))
    size = path.stat().st_size
    return None if size == expected else f"has {size} bytes, its header says {expected}"
