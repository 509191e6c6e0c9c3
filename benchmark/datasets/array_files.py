"""Images as one .npy file, written in any order."""

import hashlib
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from benchmark.datasets.dataset import Pixels, UnreadableFilesError


def write_pieces(path: Path, offset: int, pieces: Sequence[Callable[[], Pixels]]) -> str:
    """Write images to their place, a piece after the other, and give the digest of their bytes.

    Raises:
        UnreadableFilesError: naming all files of all pieces that cannot be decoded.
    """
    problems: list[str] = []
    digest = hashlib.sha256()
    with path.open("rb+") as file:
        file.seek(offset)
        for piece in pieces:
            try:
                pixels = np.ascontiguousarray(piece()).data
            except UnreadableFilesError as error:
                problems += error.problems
            else:
                file.write(pixels)
                digest.update(pixels)
    if problems:
        raise UnreadableFilesError(problems)
    return digest.hexdigest()


def npy_header(shape: Sequence[int]) -> bytes:
    """What an .npy file of bytes begins with."""
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": tuple(shape)})
    return header.getvalue()


def lay_out(path: Path, header: bytes, size: int, notes: Path) -> None:
    """A file with a header and room for all images; what is there already stays, and notes of another file go."""
    if not path.is_file() or path.stat().st_size != size:
        notes.unlink(missing_ok=True)
    with path.open("rb+" if path.is_file() else "wb") as file:
        file.write(header)
        file.truncate(size)
