"""Pictures in a .zip, as StyleGAN's data sets are: read where they lie, with the labels in its dataset.json."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Literal
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from benchmark.datasets.file_tree import is_hidden
from benchmark.errors import UserError
from benchmark.notices import first_of, tell_once

LABELS_FILE = "dataset.json"
MOST_LABEL_BYTES = 2**28
ENCRYPTED = 1  # a bit of a member's flags


@dataclass(frozen=True)
class ZipMember:
    """A picture in a .zip; like a path it can be opened, and says where it is.

    Attributes:
        archive: The .zip.
        inner: The picture's path in there.
    """

    archive: Path
    inner: str

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.inner).name

    def open(self, _mode: Literal["rb"] = "rb") -> IO[bytes]:
        """Its bytes; several threads may read at once.

        Raises:
            OSError, BadZipFile, NotImplementedError: if it cannot be read.
        """
        status = self.archive.stat()
        return _archive(self.archive, status.st_size, status.st_mtime_ns).open(self.inner)

    def __str__(self) -> str:
        """Its path, through the .zip."""
        return f"{self.archive}/{self.inner}"


def zip_pictures(archive: Path, suffixes: frozenset[str]) -> list[ZipMember]:
    """The pictures in a .zip by their names, sorted; hidden ones are left out.

    Args:
        archive: The .zip.
        suffixes: What names of pictures end with, in small letters.

    Other files that are left out are said in a line, naming the first.

    Raises:
        UserError: if it is missing, broken or encrypted, holds no picture, or two of one name.
    """
    try:
        with ZipFile(archive) as opened:
            members = [each for each in opened.infolist() if not each.is_dir() and not _is_hidden(each)]
    except (OSError, BadZipFile, ValueError, NotImplementedError) as error:
        raise UserError(f"{archive}: cannot be read as a .zip ({' '.join(str(error).split())})") from error
    found = [each for each in members if PurePosixPath(each.filename).suffix.lower() in suffixes]
    if not found:
        raise UserError(f"{archive}: holds no pictures")
    twice = [name for name, count in Counter(each.filename for each in found).items() if count > 1]
    if twice:
        raise UserError(f"{archive}: holds two files of one name: {first_of(twice)}; unpack it, and give the folder")
    if any(each.flag_bits & ENCRYPTED for each in found):
        raise UserError(f"{archive}: is encrypted; unpack it, and give the folder")
    _tell_of_others(archive, sorted({each.filename for each in members} - {each.filename for each in found}))
    return sorted((ZipMember(archive, each.filename) for each in found), key=str)


def zip_labels(pictures: Sequence[ZipMember]) -> NDArray[np.int64]:
    """The classes (N,) of pictures of one .zip, from 0 on; all 0 if it does not give every picture a whole number.

    Args:
        pictures: One or more, as `zip_pictures` gives them.

    Raises:
        UserError: if its dataset.json is broken.
    """
    given = _labels(pictures[0].archive)
    labels = [given.get(picture.inner) for picture in pictures]
    if not all(isinstance(label, int) for label in labels):
        return np.zeros(len(pictures), np.int64)
    _, classes = np.unique(np.array(labels), return_inverse=True)
    return classes.astype(np.int64)


def _labels(archive: Path) -> dict[str, object]:
    """What the file of labels says of each picture; nothing if there is none, or it says nothing."""
    with ZipFile(archive) as opened:
        if LABELS_FILE not in opened.namelist():
            return {}
        if opened.getinfo(LABELS_FILE).file_size > MOST_LABEL_BYTES:
            raise UserError(f"{archive}/{LABELS_FILE}: more than {MOST_LABEL_BYTES:,} bytes")
        try:
            return {str(name): label for name, label in json.loads(opened.read(LABELS_FILE)).get("labels") or []}
        except (ValueError, TypeError, AttributeError, RecursionError, OSError, BadZipFile) as error:
            expected = 'it must be {"labels": [["a.png", 0], ...]}, or the same with null'
            raise UserError(f"{archive}/{LABELS_FILE}: no labels can be read from it; {expected}") from error


def _tell_of_others(archive: Path, names: Sequence[str]) -> None:
    others = [name for name in names if name != LABELS_FILE]
    if others:
        tell_once(f"{archive}: left out, no pictures by their names: {first_of(others)}")


def _is_hidden(member: ZipInfo) -> bool:
    return any(is_hidden(part) for part in PurePosixPath(member.filename).parts if part not in (".", ".."))


@lru_cache(2)  # a .zip of 100,000 pictures takes a second to open; the size and time say whether it is still the same
def _archive(path: Path, _size: int, _modified: int) -> ZipFile:
    return ZipFile(path)
