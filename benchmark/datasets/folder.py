"""A person's own images: a folder of pictures of any sizes and formats."""

import hashlib
import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.datasets.dataset import Content, Dataset
from benchmark.datasets.pictures import Header, picture_content, read_header
from benchmark.errors import UserError
from benchmark.plain_text import one_line
from benchmark.records import Split

PREFIX = "folder:"
# Subfolders that say which split their pictures belong to; without "train", each picture's name decides.
SPLIT_FOLDERS: dict[str, Split] = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}
TENTHS: dict[Split, range] = {"train": range(8), "validation": range(8, 9), "test": range(9, 10)}


def folder_dataset(name: str) -> Dataset:
    """The data set `folder:PATH`; a study that uses it names a resolution.

    Pictures keep the centre square. With subfolders train, validation (or val) and test these are the splits; else each
    picture's name puts it into one, 8 : 1 : 1, and there it stays when others come or go. The subfolders beneath are
    classes.

    Raises:
        UserError: if the name holds no path, or the home of a user whom nobody knows.
    """
    root = _root(name)
    return Dataset(
        name=name,
        resolution=0,
        citation=f"the pictures in {root}",
        files=lambda _: tuple(pictures(root)),
        read=partial(_read, root),
        problem=lambda _: _problem(root),
    )


def _root(name: str) -> Path:
    path = name.removeprefix(PREFIX)
    if not path.strip():
        raise UserError(f"dataset {name!r}: must name a folder, as in folder:photos")
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UserError(f"dataset {name!r}: there is no such user here; give the folder's whole path") from error


def _problem(root: Path) -> str | None:
    try:
        return None if root.is_dir() else f"{root}: no such folder"
    except (OSError, ValueError) as error:  # a name too long, a folder that nobody may enter
        return f"{root}: {getattr(error, 'strerror', None) or error}"


def _files(root: Path) -> Iterator[Path]:
    """The files beneath a folder, hidden ones left out, in any order.

    Raises:
        UserError: naming a folder or a file that cannot be looked at, since what it holds would be left out unseen.
    """

    def refuse(error: OSError) -> None:
        raise UserError(f"{error.filename}: {error.strerror}") from error

    for folder, beneath, names in os.walk(root, onerror=refuse):
        beneath[:] = [name for name in beneath if not name.startswith(".")]
        for path in (Path(folder, name) for name in names if not name.startswith(".")):
            try:
                if path.is_file():
                    yield path
            except OSError as error:
                refuse(error)


def pictures(root: Path) -> list[Path]:
    """All files beneath a folder that are pictures by their name, sorted; hidden ones are left out.

    Warns:
        UserWarning: if other files are left out too, naming the first.

    Raises:
        UserError: if the folder is missing, cannot be read, or holds no picture.
    """
    if problem := _problem(root):
        raise UserError(problem)
    found: list[Path] = []
    foreign: list[Path] = []
    for path in _files(root):
        (found if path.suffix.lower() in picture_suffixes() else foreign).append(path)
    if not found:
        raise UserError(f"{root}: holds no pictures")
    if foreign:
        left_out = f"{root}: no pictures by their names, left out: {_first_of(sorted(foreign))}"
        warnings.warn(one_line(left_out), stacklevel=2)
    return sorted(found)


def split_of(path: Path) -> Split:
    """The split of a picture by its path relative to the folder, always the same."""
    tenth = int.from_bytes(hashlib.sha256(path.as_posix().encode(errors="surrogateescape")).digest()[:8], "big") % 10
    return next(split for split, tenths in TENTHS.items() if tenth in tenths)


def _read(root: Path, data: Path, split: Split, side: int) -> Content:
    found = [path.relative_to(root) for path in pictures(root)]
    named = any(path.parts[0] == "train" and len(path.parts) > 1 for path in found)
    chosen = [path for path in found if (_named_split(path, root) if named else split_of(path)) == split]
    classes = sorted({_class(path, named) for path in found})
    labels = np.array([classes.index(_class(path, named)) for path in chosen], dtype=np.int64)
    headers = _headers(tuple(root / path for path in found))
    channels = 1 if all(header.is_grey for header in headers) else 3
    content = picture_content([root / path for path in chosen], labels, len(classes), side, channels)
    return replace(content, largest=max(header.pixels for header in headers))


def _named_split(path: Path, root: Path) -> Split:
    if path.parts[0] not in SPLIT_FOLDERS or len(path.parts) < 2:
        raise UserError(f"{root / path}: in none of the folders {', '.join(SPLIT_FOLDERS)}, which {root} has")
    return SPLIT_FOLDERS[path.parts[0]]


def _class(path: Path, named: bool) -> str:
    """The subfolder that a picture lies in, beneath that of its split; "" if it lies in none."""
    beneath = path.parts[1:] if named else path.parts
    return beneath[0] if len(beneath) > 1 else ""


@lru_cache(1)  # a study reads three splits of one folder
def _headers(paths: Sequence[Path]) -> frozenset[Header]:
    """The different ones among those of some pictures: of 200,000 a few."""
    return frozenset(map(read_header, paths))


@cache
def picture_suffixes() -> frozenset[str]:
    """What names of pictures end with, in small letters."""
    return frozenset(Image.registered_extensions())


def _first_of(paths: Sequence[Path]) -> str:
    return f"{paths[0]}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
