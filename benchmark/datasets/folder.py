"""A person's own images: a folder of pictures of any sizes and formats."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from benchmark.datasets.content_key import file_digests
from benchmark.datasets.dataset import Content, Dataset
from benchmark.datasets.deep_greys import White
from benchmark.datasets.file_tree import walk
from benchmark.datasets.folder_layout import USUAL_NAMES, lay_out
from benchmark.datasets.picture_formats import picture_suffixes
from benchmark.datasets.pictures import Target, picture_content
from benchmark.datasets.survey import Survey
from benchmark.errors import UserError
from benchmark.notices import first_of, tell_once
from benchmark.plain_text import is_text
from benchmark.records import Split

PREFIX = "folder:"


def folder_dataset(name: str) -> Dataset:
    """The data set `folder:PATH`; a study that uses it names a resolution.

    Pictures keep the centre square. `benchmark.datasets.folder_layout.lay_out` says which split and class they have.

    Raises:
        UserError: if the name holds no path, or the home of a user whom nobody knows.
    """
    root = _root(name)
    return Dataset(
        name=name,
        resolution=0,
        citation=f"the pictures in {root}",
        files=lambda _: _checked(root),
        read=partial(_read, root),
        problem=lambda _: _problem(root),
        home=root,
    )


def _root(name: str) -> Path:
    path = name.removeprefix(PREFIX)
    if not path.strip():
        raise UserError(f"dataset {name!r}: must name a folder, as in folder:photos")
    if not is_text(path):
        raise UserError(f"dataset {name!r}: a name that is no UTF-8 cannot be recorded; rename the folder")
    try:
        return Path(path).expanduser()
    except (RuntimeError, ValueError) as error:  # a user whom nobody knows, a null character
        raise UserError(f"dataset {name!r}: there is no such user here; give the folder's whole path") from error


def _problem(root: Path) -> str | None:
    try:
        return None if root.is_dir() else f"{root}: no such folder"
    except (OSError, ValueError) as error:  # a name too long, a folder that nobody may enter
        return f"{root}: {getattr(error, 'strerror', None) or error}"


def pictures(root: Path) -> list[Path]:
    """All files beneath a folder that are pictures by their name, sorted; hidden ones are left out.

    What else is left out is said in a line, naming the first of each kind: other files, links that lead nowhere, second
    ways to folders that are read.

    Raises:
        UserError: if the folder is missing, cannot be read, or holds no picture.
    """
    if problem := _problem(root):
        raise UserError(problem)
    tree = walk(root)
    found = sorted(path for path in tree.files if path.suffix.lower() in picture_suffixes())
    foreign = [path for path in tree.files if path.suffix.lower() not in picture_suffixes()]
    left_out = {**({"no pictures by their names": foreign} if foreign else {}), **tree.left_out}
    for kind, paths in left_out.items():
        tell_once(f"{root}: left out, {kind}: {first_of(sorted(paths))}")
    if not found:
        raise UserError(f"{root}: holds no pictures")
    return found


def _checked(root: Path) -> tuple[Path, ...]:
    """All pictures; folders that may be splits are told, and pictures that lie in two splits."""
    found = pictures(root)
    layout = lay_out(root, [path.relative_to(root) for path in found])
    if doubtful := layout.doubtful():
        names = ", ".join(USUAL_NAMES.values())
        tell_once(f"{root}: taken for classes: {', '.join(doubtful)}; if they are splits, call them {names}")
    seen: dict[str, int] = {}
    twice = []
    for number, digest in enumerate(file_digests(found)):
        first = seen.setdefault(digest, number)
        if layout.splits[first] != layout.splits[number]:
            twice.append(f"{found[number]} ({layout.splits[number]}) is {found[first]} ({layout.splits[first]})")
    if twice:
        tell_once(f"{root}: the same picture in two splits, which makes scores too good: {first_of(twice)}")
    return tuple(found)


def _read(root: Path, data: Path, split: Split, side: int) -> Content:
    found = pictures(root)
    layout = lay_out(root, [path.relative_to(root) for path in found])
    chosen = [number for number, its_own in enumerate(layout.splits) if its_own == split]
    classes = sorted(set(layout.classes))
    labels = np.array([classes.index(layout.classes[number]) for number in chosen], dtype=np.int64)
    survey, white = _surveyed(tuple(found))
    survey.told()
    target = Target(side, 1 if survey.is_grey else 3, white=white)
    content = picture_content([found[number] for number in chosen], labels, len(classes), target)
    return replace(content, largest=survey.largest, none=layout.missing(root, split))


@lru_cache(1)  # a study reads three splits of one folder
def _surveyed(paths: Sequence[Path]) -> tuple[Survey, White | None]:
    survey = Survey.of(paths)
    return survey, survey.white()
