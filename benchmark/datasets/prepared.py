"""Splits as arrays of bytes on disk: made once, with all cores, and mapped into memory. Knows nothing of torch."""

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from filelock import FileLock
from rich.console import Console
from rich.progress import track

from benchmark.datasets.dataset import Content, Labels, Pixels, UnreadableFilesError
from benchmark.datasets.memory import images_a_piece
from benchmark.datasets.origin import Origin
from benchmark.datasets.pictures import decoders
from benchmark.environment import cores
from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.json_records import from_json

CHUNK = 64  # images that a thread makes at a time
CHUNKS_A_NOTE = 16  # between two notes of what is on disk: more is not lost by a kill


@dataclass(frozen=True)
class Prepared:
    """A split, ready to use.

    Attributes:
        images: (N, C, R, R); mapped from its file, so that processes share what they read.
        labels: (N,).
        classes: How many labels the data set has.
        origin: What the images were before; None if an earlier version prepared them.
    """

    images: Pixels
    labels: Labels
    classes: int
    origin: Origin | None = None


@dataclass(frozen=True)
class Source:
    """What a split is made from.

    Attributes:
        name: Of data set and split, for people.
        content: Images of one size (N, C, R, R), with their labels.
        origin: What the images were before.
    """

    name: str
    content: Content
    origin: Callable[[], Origin | None] = lambda: None

    def executor(self) -> Executor:
        """Who makes the parts, with all cores, or fewer where pictures are large."""
        if not self.content.decoding:
            return ThreadPoolExecutor(cores())
        return ProcessPoolExecutor(decoders(self.content.largest, cores()), get_context("spawn"))

    def pieces(self, start: int, stop: int, image: int) -> list[Callable[[], Pixels]]:
        """What gives the images of these positions, of `image` bytes each, a few at a time."""
        step = images_a_piece(image, stop - start)
        return [self.content.piece(each, min(each + step, stop)) for each in range(start, stop, step)]


class PreparedCache:
    """The prepared splits of one data set at one resolution.

    A split counts once its facts are there, which are written last.

    Args:
        folder: Theirs alone, named after a key of the content that they are made from.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, split: str) -> Prepared | None:
        """A split that has been prepared, or None."""
        try:
            facts = json.loads((self._folder / f"{split}.json").read_text(encoding="utf-8"))
            images = np.load(self._folder / f"{split}-images.npy", mmap_mode="c")
            before = facts.get("origin")
            origin = from_json(Origin, json.dumps(before)) if before else None
            return Prepared(images, np.load(self._folder / f"{split}-labels.npy"), facts["classes"], origin)
        except FileNotFoundError:
            return None

    def prepare(self, split: str, source: Source) -> Prepared:
        """A split, made where an earlier attempt stopped; if another process makes it, that one is waited for.

        Raises:
            UserError: if there are no images, files cannot be decoded, or the folder cannot be written to.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / f"{split}.lock"):
                if self.find(split) is None:
                    self._make(split, source)
        except OSError as error:
            raise UserError(f"{self._folder}: {error.strerror or error}; GANBENCH_DATA names another place") from error
        made = self.find(split)
        assert made is not None
        return made

    def _make(self, split: str, source: Source) -> None:
        if not len(source.content.labels):
            raise UserError(f"{source.name}: there are no images")
        unfinished = Unfinished(self._folder / f"{split}-images.unfinished", source)
        unfinished.complete()
        with atomic_write(self._folder / f"{split}-labels.npy") as path, path.open("wb") as file:
            np.save(file, source.content.labels)
        unfinished.path.replace(self._folder / f"{split}-images.npy")
        facts = {"images": len(source.content.labels), "classes": source.content.classes}
        origin = source.origin()
        known = {"origin": asdict(origin)} if origin else {}
        with atomic_write(self._folder / f"{split}.json") as path:
            path.write_text(json.dumps(facts | known), encoding="utf-8")
        unfinished.notes.unlink()


class Unfinished:
    """A file of images on its way, with notes of the chunks that are on disk.

    Args:
        path: The file, an .npy by another name; the notes lie beside it.
        source: Where the images come from.
    """

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self.notes = path.with_suffix(".notes")
        self._source = source

    def complete(self) -> None:
        """Make what is missing.

        Raises:
            UnreadableFilesError: naming all files that cannot be decoded, once everything else is on disk.
        """
        first = self._first()
        header = _header((len(self._source.content.labels), *first.shape[1:]))
        size = len(header) + len(self._source.content.labels) * first.nbytes
        self._ask_for_disk(size)
        _lay_out(self.path, header, size, self.notes)
        self._fill(len(header), first.nbytes)

    def _first(self) -> Pixels:
        """The first image (1, C, R, R) that can be decoded."""
        for number in range(len(self._source.content.labels)):
            with suppress(UnreadableFilesError):
                return self._source.content.part(number, number + 1)
        return self._source.content.part(0, len(self._source.content.labels))

    def _ask_for_disk(self, size: int) -> None:
        had = self.path.stat().st_blocks * 512 if self.path.is_file() else 0
        free = shutil.disk_usage(self.path.parent).free
        if size > free + had:
            sizes = f"takes {size / 2**30:,.1f} GB of disk, and {free / 2**30:,.1f} GB are free"
            raise UserError(f"{self._source.name}: {sizes} at {self.path.parent}; GANBENCH_DATA names another place")

    def _fill(self, offset: int, image: int) -> None:
        count = len(self._source.content.labels)
        left = sorted(set(range(math.ceil(count / CHUNK))) - set(self._noted()))
        problems: list[str] = []
        with self._source.executor() as executor:
            pending: dict[Future[None], int] = {}
            for chunk in left:
                start = chunk * CHUNK
                pieces = self._source.pieces(start, min(start + CHUNK, count), image)
                pending[executor.submit(_write, self.path, offset + start * image, pieces)] = chunk
            unnoted: list[int] = []
            try:
                for done in _progress(as_completed(pending), len(pending), self._source.name):
                    error = done.exception()
                    if isinstance(error, UnreadableFilesError):
                        problems += error.problems
                    elif error:
                        raise error
                    else:
                        unnoted.append(pending[done])
                    if len(unnoted) == CHUNKS_A_NOTE:
                        self._note(unnoted)
                        unnoted = []
            finally:
                executor.shutdown(cancel_futures=True)
                self._note([chunk for each, chunk in pending.items() if not each.cancelled() and not each.exception()])
        if problems:
            raise UnreadableFilesError(sorted(problems))

    def _noted(self) -> list[int]:
        """Chunks on disk; a line that a crash cut off counts as none."""
        if not self.notes.is_file():
            return []
        whole, _, _ = self.notes.read_text(encoding="utf-8").rpartition("\n")
        return [int(line) for line in whole.split()]

    def _note(self, made: Sequence[int]) -> None:
        with self.path.open("rb+") as file:
            os.fsync(file)  # first the images, then the word of them
        with self.notes.open("a", encoding="utf-8") as notes:
            notes.write("".join(f"{chunk}\n" for chunk in made))


def _write(path: Path, offset: int, pieces: Sequence[Callable[[], Pixels]]) -> None:
    """Write images, a piece after the other.

    Raises:
        UnreadableFilesError: naming all files of all pieces that cannot be decoded.
    """
    problems: list[str] = []
    with path.open("rb+") as file:
        file.seek(offset)
        for piece in pieces:
            try:
                file.write(np.ascontiguousarray(piece()).data)
            except UnreadableFilesError as error:
                problems += error.problems
    if problems:
        raise UnreadableFilesError(problems)


def _header(shape: Sequence[int]) -> bytes:
    """What an .npy file of bytes begins with."""
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": tuple(shape)})
    return header.getvalue()


def _lay_out(path: Path, header: bytes, size: int, notes: Path) -> None:
    """A file with a header and room for all images; what is there already stays, and notes of another file go."""
    if not path.is_file() or path.stat().st_size != size:
        notes.unlink(missing_ok=True)
    with path.open("rb+" if path.is_file() else "wb") as file:
        file.write(header)
        file.truncate(size)


def _progress(steps: Iterable[Future[None]], total: int, name: str) -> Iterable[Future[None]]:
    console = Console(stderr=True)
    hidden = not console.is_terminal
    return track(steps, f"Preparing {name}", total, console=console, transient=True, disable=hidden)
