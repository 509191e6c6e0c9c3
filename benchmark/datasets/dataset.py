"""What a data set is to the benchmark: frozen, so that a name always means the same images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.datasets.origin import Origin
from benchmark.errors import UserError
from benchmark.records import Split
from ganzoo.names import quoted
from ganzoo.slips import FieldError

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]


class UnreadableFilesError(UserError):
    """Files that cannot be decoded.

    Args:
        problems: One line a file: its path and what is wrong with it.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = f"; and {len(problems) - 1} more files" if len(problems) > 1 else ""
        super().__init__(problems[0] + more)

    def __reduce__(self) -> tuple[type["UnreadableFilesError"], tuple[Sequence[str]]]:
        """How it gets from one process to another, which would make it anew from its message."""
        return type(self), (self.problems,)


@dataclass(frozen=True)
class Content:
    """The images of one split, wherever they come from.

    Attributes:
        labels: (N,) from 0 to `classes` - 1.
        classes: How many labels the whole data set has; 1 where images have none.
        part: `(start, stop) -> (stop - start, C, H, W)`, the images of those positions; several threads may call it at
            once. Raises UnreadableFilesError if it meets any that cannot be decoded.
        ready: Whether the images are in memory already, so that a part costs nothing.
        decoding: `(start, stop) -> a function of nothing that gives the part`, which can be sent to another process,
            where that is worth it: Python decodes pictures with one core and a half in threads.
        largest: Pixels of the largest picture that is decoded, which decides how many are decoded at the same time.
        origin: What gives the sizes that pictures have before they are decoded; None where images are resized after.
        none: What is said where there are no images.
    """

    labels: Labels
    classes: int
    part: Callable[[int, int], Pixels]
    ready: bool = False
    decoding: Callable[[int, int], Callable[[], Pixels]] | None = None
    largest: int = 0
    origin: Callable[[], Origin | None] | None = None
    none: str = "there are no images"

    def piece(self, start: int, stop: int) -> Callable[[], Pixels]:
        """What gives a part when it is called."""
        return self.decoding(start, stop) if self.decoding else partial(self.part, start, stop)

    @classmethod
    def of(cls, images: Pixels, labels: Labels, classes: int) -> "Content":
        """Content that is in memory: images (N, C, H, W) and labels (N,).

        Raises:
            UserError: if there are not as many of both.
        """
        if len(images) != len(labels):
            raise UserError(f"{len(images)} images and {len(labels)} labels: a data set has one label an image")
        return cls(labels, classes, lambda start, stop: images[start:stop], ready=True)


def joined(first: Content, second: Content) -> Content:
    """The images of one after those of the other."""
    count = len(first.labels)

    def pieces(start: int, stop: int) -> list[Callable[[], Pixels]]:
        found = [first.piece(start, min(stop, count))] if start < count else []
        return [*found, *([second.piece(max(start - count, 0), stop - count)] if stop > count else [])]

    def decoding(start: int, stop: int) -> Callable[[], Pixels]:
        return partial(_together, pieces(start, stop))

    return Content(
        labels=np.concatenate([first.labels, second.labels]),
        classes=first.classes,
        part=lambda start, stop: decoding(start, stop)(),
        ready=first.ready and second.ready,
        decoding=decoding if first.decoding and second.decoding else None,
        largest=max(first.largest, second.largest),
        origin=partial(_origin_of_both, first, second) if first.origin and second.origin else None,
        none=first.none,
    )


def _origin_of_both(first: Content, second: Content) -> Origin | None:
    found = [each for content in (first, second) if content.origin and (each := content.origin())]
    return reduce(Origin.joined, found) if found else None


def _together(pieces: Sequence[Callable[[], Pixels]]) -> Pixels:
    return np.concatenate([piece() for piece in pieces])


@dataclass(frozen=True)
class Dataset:
    """A source of real images with fixed splits.

    Attributes:
        name: How it is asked for by name.
        resolution: Native side in pixels; 0 if images have many sizes, so that a study must name one.
        citation: Where it comes from.
        files: `(data folder) -> the files whose bytes decide the images`, downloaded if they are missing; none if
            the images are made. Raises UserError if they cannot be had.
        read: `(data folder, split, side) -> Content`. A set that renders or crops gives images of `side` pixels; others
            may ignore it, and are resized. Raises UserError if its files cannot be had.
        problem: `(data folder) -> None` if its files are in place, else one line saying which file is missing or broken
            and what to do; never downloads.
        home: The folder from which names of files count, since they decide splits and classes; None where what the
            files have in common is enough.
    """

    name: str
    resolution: int
    citation: str
    files: Callable[[Path], Sequence[Path]]
    read: Callable[[Path, Split, int], Content]
    problem: Callable[[Path], str | None]
    home: Path | None = None

    def __post_init__(self) -> None:
        owner, module = f"dataset {quoted(self.name)}", "benchmark.datasets.dataset"
        usual = {"files": f", as {module}.no_files", "read": "", "problem": f", as {module}.nothing_missing"}
        for name, example in usual.items():
            if not callable(value := getattr(self, name)):
                raise FieldError(f"{owner}: {name} = {quoted(value)}: must be a function{example}")


def nothing_missing(data: Path) -> None:
    """The `problem` of a set that needs no files."""


def no_files(data: Path) -> tuple[Path, ...]:
    """The `files` of a set that is made."""
    return ()
