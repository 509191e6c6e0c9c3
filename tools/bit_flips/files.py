"""What kinds of files a study leaves, and one byte of one of them changed."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOTS = ("runs", "data/prepared")
# Whatever tells files of one kind apart: ids of runs and models, labels, names of studies and data sets, numbers.
_NAMES = (
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"(?<=runs/(?:work|logs)/)[^/]+"), "STUDY"),
    (re.compile(r"(?<=runs/(?:reports)/)[^/]+"), "STUDY"),
    (re.compile(r"(?<=runs/artifacts/)[^/]+"), "STUDY"),
    (re.compile(r"(?<=runs/work\/STUDY/)[^/]+(?=/)"), "LABEL"),
    (re.compile(r"(?<=data/prepared/)[^/]+"), "DATASET"),
    (re.compile(r"(?<=runs/cache/)[^/]+(?=\.safetensors)"), "REFERENCE"),
    (re.compile(r"(?<=runs/cache/recordings/)[^/]+(?=\.safetensors)"), "PROGRAM"),
    (re.compile(r"(?<=runs/cache/)vega[^/]+(?=\.js)"), "VEGA"),
    (re.compile(r"(?<=step-)\d+"), "N"),
    # What a person or MLflow's pages look at, and no study reads again.
    (re.compile(r"(?<=runs/reports/STUDY/).+"), "REPORT"),
    (re.compile(r"(?<=/ID/artifacts/)[^/]+\.(?:csv|parquet|html|md|tex|toml)"), "REPORT"),
    (re.compile(r"(?<=/ID/artifacts/images/).+"), "SAMPLES"),
    (re.compile(r"(?<=/m-ID/artifacts/)(?!generator)[^/]+"), "DESCRIPTION"),
)


@dataclass(frozen=True)
class Flip:
    """One changed byte.

    Attributes:
        file: From the checkout's root, with slashes.
        place: Of the byte.
        before: Its value.
        after: Its value now, another one.
    """

    file: str
    place: int
    before: int
    after: int

    def __str__(self) -> str:
        return f"{self.file}: byte {self.place}: {self.before:#04x} became {self.after:#04x}"


def kind_of(file: str) -> str:
    """What kind of file a path from the checkout's root is, with STUDY, LABEL and the like in place of names."""
    for pattern, name in _NAMES:
        file = pattern.sub(name, file)
    return file


def by_kind(root: Path) -> dict[str, list[str]]:
    """The files of a checkout's study by kind, both in the order of names; empty ones have no byte to change."""
    found: dict[str, list[str]] = {}
    for file in sorted(_files(root)):
        found.setdefault(kind_of(file), []).append(file)
    return dict(sorted(found.items()))


def _files(root: Path) -> Iterable[str]:
    for top in ROOTS:
        for path in (root / top).rglob("*"):
            if path.is_file() and path.stat().st_size:
                yield path.relative_to(root).as_posix()


def flip(root: Path, file: str, chance: random.Random) -> Flip:
    """Change one byte of a file to another value."""
    path = root / file
    place = chance.randrange(path.stat().st_size)
    with path.open("rb+") as content:
        content.seek(place)
        before = content.read(1)[0]
        after = before ^ chance.randrange(1, 256)
        content.seek(place)
        content.write(bytes([after]))
    return Flip(file, place, before, after)
