"""Splits as arrays of bytes on disk: made once, with all cores, and mapped into memory. Knows nothing of torch.

What was made carries digests; what is not as it was made, is made again.
"""

import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from multiprocessing import current_process, get_context
from pathlib import Path

import numpy as np
from filelock import FileLock
from rich.console import Console
from rich.progress import track

from benchmark.datasets.array_files import lay_out, npy_header, write_pieces
from benchmark.datasets.dataset import Content, Labels, Pixels, UnreadableFilesError
from benchmark.datasets.memory import images_a_piece
from benchmark.datasets.origin import Origin
from benchmark.datasets.pictures import decoders
from benchmark.digests import DamagedFileError, check_whole, sealed_json, tell_damaged
from benchmark.environment import cores
from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.json_records import from_json
from benchmark.processes import end_with_parent

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
        """Who makes the parts: all cores, or fewer where pictures are large.

        A worker of a study may have no children, and makes do with threads.
        """
        if not self.content.decoding or current_process().daemon:
            return ThreadPoolExecutor(cores())
        processes = decoders(self.content.largest, cores())
        return ProcessPoolExecutor(processes, get_context("spawn"), initializer=end_with_parent)

    def pieces(self, start: int, stop: int, image: int) -> list[Callable[[], Pixels]]:
        """What gives the images of these positions, of `image` bytes each, a few at a time."""
        step = images_a_piece(image, stop - start)
        return [self.content.piece(each, min(each + step, stop)) for each in range(start, stop, step)]


@dataclass(frozen=True)
class Facts:
    """What is known of a prepared split.

    Attributes:
        images: How many.
        classes: How many labels the data set has.
        digests: SHA-256 of the files of "images" and "labels"; none of an earlier version's.
        origin: What the images were before they had one size, where that is known.
    """

    images: int
    classes: int
    digests: dict[str, str] = field(default_factory=dict)
    origin: Origin | None = None


class PreparedCache:
    """The prepared splits of one data set at one resolution.

    A split counts once its facts are there, which are written last.

    Args:
        folder: Theirs alone, named after a key of the content that they are made from.

    Attributes:
        folder: That one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, split: str) -> Prepared | None:
        """A split that has been prepared and is as it was then, or None."""
        try:
            return self._read(split)
        except (FileNotFoundError, DamagedFileError):
            return None

    def _read(self, split: str) -> Prepared:
        facts = _read_facts(self.folder / f"{split}.json")
        paths = {name: self.folder / f"{split}-{name}.npy" for name in ("images", "labels")}
        for name, digest in facts.digests.items():
            if file_digest(paths[name]) != digest:
                raise DamagedFileError(f"{paths[name].name} was changed after it was written")
        try:
            images, labels = np.load(paths["images"], mmap_mode="c"), np.load(paths["labels"])
        except (ValueError, EOFError) as error:
            raise DamagedFileError(str(error)) from error
        if not len(images) == len(labels) == facts.images:
            raise DamagedFileError(f"{len(images)} images, {len(labels)} labels: {facts.images} were written")
        return Prepared(images, labels, facts.classes, facts.origin)

    def prepare(self, split: str, source: Source) -> Prepared:
        """A split, made where an earlier attempt stopped; if another process makes it, that one is waited for.

        Raises:
            UserError: if there are no images, files cannot be decoded, or the folder cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / f"{split}.lock"):
                try:
                    self._read(split)
                except FileNotFoundError:
                    self._make(split, source)
                except DamagedFileError as error:
                    tell_damaged(self.folder / f"{split}.json", error, f"{split} is prepared again")
                    self._make(split, source)
        except OSError as error:
            raise UserError(f"{self.folder}: {error.strerror or error}; GANBENCH_DATA names another place") from error
        made = self.find(split)
        assert made is not None
        return made

    def _make(self, split: str, source: Source) -> None:
        if not len(source.content.labels):
            raise UserError(f"{source.name}: {source.content.none}")
        unfinished = Unfinished(self.folder / f"{split}-images.unfinished", source)
        unfinished.complete()
        with atomic_write(self.folder / f"{split}-labels.npy") as path, path.open("wb") as file:
            np.save(file, source.content.labels)
        unfinished.path.replace(self.folder / f"{split}-images.npy")
        digests = {name: file_digest(self.folder / f"{split}-{name}.npy") for name in ("images", "labels")}
        facts = Facts(len(source.content.labels), source.content.classes, digests, source.origin())
        with atomic_write(self.folder / f"{split}.json") as path:
            path.write_text(sealed_json(json.dumps(asdict(facts))), encoding="utf-8")
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
        header = npy_header((len(self._source.content.labels), *first.shape[1:]))
        size = len(header) + len(self._source.content.labels) * first.nbytes
        self._ask_for_disk(size)
        lay_out(self.path, header, size, self.notes)
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
        left = sorted(set(range(math.ceil(count / CHUNK))) - self._noted(offset, image))
        problems: list[str] = []
        with self._source.executor() as executor:
            pending: dict[Future[str], int] = {}
            for chunk in left:
                start = chunk * CHUNK
                pieces = self._source.pieces(start, min(start + CHUNK, count), image)
                pending[executor.submit(write_pieces, self.path, offset + start * image, pieces)] = chunk
            unnoted: list[tuple[int, str]] = []
            try:
                for done in _progress(as_completed(pending), len(pending), self._source.name):
                    error = done.exception()
                    if isinstance(error, UnreadableFilesError):
                        problems += error.problems
                    elif error:
                        raise error
                    else:
                        unnoted.append((pending[done], done.result()))
                    if len(unnoted) == CHUNKS_A_NOTE:
                        self._note(unnoted)
                        unnoted = []
            finally:
                executor.shutdown(cancel_futures=True)
                made = [each for each in pending if not each.cancelled() and not each.exception()]
                self._note([(pending[each], each.result()) for each in made])
        if problems:
            raise UnreadableFilesError(sorted(problems))

    def _noted(self, offset: int, image: int) -> set[int]:
        """Chunks that are on disk as they were noted; a line that was cut off or changed counts as none."""
        if not self.notes.is_file():
            return set()
        count, noted = len(self._source.content.labels), set()
        with self.path.open("rb") as file:
            for line in self.notes.read_text(encoding="utf-8", errors="replace").splitlines():
                chunk, _, digest = line.partition(" ")
                if not (chunk.isascii() and chunk.isdecimal() and int(chunk) * CHUNK < count):
                    continue
                file.seek(offset + int(chunk) * CHUNK * image)
                size = min(CHUNK, count - int(chunk) * CHUNK) * image
                if hashlib.sha256(file.read(size)).hexdigest() == digest:
                    noted.add(int(chunk))
        return noted

    def _note(self, made: Sequence[tuple[int, str]]) -> None:
        with self.path.open("rb+") as file:
            os.fsync(file)  # first the images, then the word of them
        with self.notes.open("a", encoding="utf-8") as notes:
            notes.write("".join(f"{chunk} {digest}\n" for chunk, digest in made))


def _read_facts(path: Path) -> Facts:
    try:
        return from_json(Facts, check_whole(path.read_bytes()))
    except ValueError as error:
        raise DamagedFileError(str(error)) from error


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _progress(steps: Iterable[Future[str]], total: int, name: str) -> Iterable[Future[str]]:
    console = Console(stderr=True)
    hidden = not console.is_terminal
    return track(steps, f"Preparing {name}", total, console=console, transient=True, disable=hidden)
