"""A person's own images: a folder of pictures of any sizes and formats."""

import hashlib
import warnings
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.datasets.dataset import Content, Dataset
from benchmark.datasets.pictures import is_grey, picture_content
from benchmark.errors import UserError
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
    """
    root = Path(name.removeprefix(PREFIX)).expanduser()
    return Dataset(
        name=name,
        resolution=0,
        citation=f"the pictures in {root}",
        files=lambda _: tuple(pictures(root)),
        read=partial(_read, root),
        problem=lambda _: None if root.is_dir() else f"{root}: no such folder",
    )


def pictures(root: Path) -> list[Path]:
    """All files beneath a folder that are pictures by their name, sorted; hidden ones are left out.

    Warns:
        UserWarning: if other files are left out too, naming the first.

    Raises:
        UserError: if the folder is missing or holds no picture.
    """
    if not root.is_dir():
        raise UserError(f"{root}: no such folder")
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and not _is_hidden(path.relative_to(root))]
    known = _suffixes()
    foreign = [path for path in found if path.suffix.lower() not in known]
    if len(foreign) == len(found):
        raise UserError(f"{root}: holds no pictures")
    if foreign:
        warnings.warn(f"{root}: no pictures by their names, left out: {_first_of(foreign)}", stacklevel=2)
    return [path for path in found if path.suffix.lower() in known]


def split_of(path: Path) -> Split:
    """The split of a picture by its path relative to the folder, always the same."""
    tenth = int.from_bytes(hashlib.sha256(path.as_posix().encode()).digest()[:8], "big") % 10
    return next(split for split, tenths in TENTHS.items() if tenth in tenths)


def _read(root: Path, data: Path, split: Split, side: int) -> Content:
    found = [path.relative_to(root) for path in pictures(root)]
    named = any(path.parts[0] == "train" and len(path.parts) > 1 for path in found)
    chosen = [path for path in found if (_named_split(path, root) if named else split_of(path)) == split]
    classes = sorted({_class(path, named) for path in found})
    labels = np.array([classes.index(_class(path, named)) for path in chosen], dtype=np.int64)
    channels = 1 if _all_grey(tuple(root / path for path in found)) else 3
    return picture_content([root / path for path in chosen], labels, len(classes), side, channels)


def _named_split(path: Path, root: Path) -> Split:
    if path.parts[0] not in SPLIT_FOLDERS or len(path.parts) < 2:
        raise UserError(f"{root / path}: in none of the folders {', '.join(SPLIT_FOLDERS)}, which {root} has")
    return SPLIT_FOLDERS[path.parts[0]]


def _class(path: Path, named: bool) -> str:
    """The subfolder that a picture lies in, beneath that of its split; "" if it lies in none."""
    beneath = path.parts[1:] if named else path.parts
    return beneath[0] if len(beneath) > 1 else ""


@cache
def _all_grey(paths: Sequence[Path]) -> bool:
    return all(map(is_grey, paths))


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(Image.registered_extensions())


def _first_of(paths: Sequence[Path]) -> str:
    return f"{paths[0]}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
