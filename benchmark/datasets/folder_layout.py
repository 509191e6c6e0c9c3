"""Which split and class each picture of a person's folder has, by its path; nothing is misread without a word."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.errors import UserError
from benchmark.records import Split

# Folders that say which split their pictures belong to, in any case.
SPLIT_NAMES: dict[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
# What other data sets call theirs, which is no plain word: train2017, trainA, test_set, dev.
LIKE_SPLITS = re.compile(
    r"(train|training|test|testing|val|valid|validation|eval|evaluation|dev|holdout)(s|set|data|images|a|b)?([^a-z].*)?"
)
USUAL_NAMES: dict[Split, str] = {"train": "train", "validation": "val", "test": "test"}
# Without such folders each picture's name decides.
TENTHS: dict[Split, range] = {"train": range(8), "validation": range(8, 9), "test": range(9, 10)}


@dataclass(frozen=True)
class Layout:
    """Splits and classes of some pictures.

    Attributes:
        splits: Of each picture.
        classes: Of each picture, the name of a folder; "" for those that lie in none.
        has_split_folders: Whether folders decided.
    """

    splits: list[Split]
    classes: list[str]
    has_split_folders: bool

    def doubtful(self) -> list[str]:
        """Classes that are called nearly as splits are, and may be meant for some."""
        return [name for name in sorted(set(self.classes)) if not self.has_split_folders and _is_like_a_split(name)]

    def missing(self, root: Path, split: Split) -> str:
        """What to do for a split that has no pictures, in a line."""
        counts = Counter(self.splits)
        held = ", ".join(f"{name} has {counts[name]}" for name in TENTHS if counts[name])
        if self.has_split_folders:
            place = root / USUAL_NAMES[split]
            return f"{root}: no pictures for {split}; {held}: move some of them to {place}"
        rule = "eight in ten do by their names" if split == "train" else "one in ten does by its name"
        advice = f"add pictures, or sort them into folders {', '.join(USUAL_NAMES.values())}"
        return f"{root}: none of its {len(self.splits)} pictures falls to {split}, to which {rule}; {advice}"


def lay_out(root: Path, pictures: Sequence[Path]) -> Layout:
    """Find the split and the class of each picture.

    If a folder right beneath the root is named like a split ("train", "Val", "TESTING"), each picture has the split of
    the folder that it is in, and its class is the folder right beneath that. Else each picture's path decides on the
    split, and its class is the folder right beneath the root.

    Args:
        root: The folder.
        pictures: Their paths, relative to it.

    Raises:
        UserError: naming a picture beside the split folders, or a folder deeper down that is named like another split.
    """
    found = {path.parts[0] for path in pictures if len(path.parts) > 1 and split_named(path.parts[0])}
    splits: list[Split] = []
    for path in pictures:
        split = _named(root, path, found) if found else split_of(path)
        _check_depth(root, path, split if found else None)
        splits.append(split)
    return Layout(splits, [_class(path, int(bool(found))) for path in pictures], bool(found))


def split_named(folder: str) -> Split | None:
    """The split that a folder's name says its pictures are of, if any."""
    return SPLIT_NAMES.get(folder.strip().casefold())


def _is_like_a_split(name: str) -> bool:
    return bool(LIKE_SPLITS.fullmatch(name.strip().casefold()))


def split_of(path: Path) -> Split:
    """The split of a picture by its path relative to the folder, always the same."""
    tenth = int.from_bytes(hashlib.sha256(path.as_posix().encode(errors="surrogateescape")).digest()[:8], "big") % 10
    return next(split for split, tenths in TENTHS.items() if tenth in tenths)


def _named(root: Path, path: Path, found: set[str]) -> Split:
    split = split_named(path.parts[0]) if len(path.parts) > 1 else None
    if split is None:
        those = ", ".join(sorted(found))
        raise UserError(f"{root / path}: in no split, and {root} has {those}; move it into one, or rename those")
    return split


def _check_depth(root: Path, path: Path, split: Split | None) -> None:
    """Refuse what an unpacked archive or a folder of data sets looks like."""
    for depth, name in enumerate(path.parts[1:-1], 2):
        if split_named(name) not in (None, split):
            folder, above = root.joinpath(*path.parts[:depth]), root.joinpath(*path.parts[: depth - 1])
            raise UserError(
                f"{folder}: named like a split, and not right beneath {root}; give folder:{above}, or rename it"
            )


def _class(path: Path, depth: int) -> str:
    """The folder at a depth that a picture lies in; "" if it lies in none."""
    return path.parts[depth] if len(path.parts) > depth + 1 else ""
