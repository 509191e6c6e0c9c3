"""What a case may do: end well or with a `UserError` of one line, write beneath its own folder, take 1 GB at most."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_CORE, RLIMIT_FSIZE, setrlimit
from tempfile import TemporaryDirectory

import psutil

from benchmark.errors import UserError
from benchmark.plain_text import one_line

MOST_MEMORY = 2**30  # bytes beyond what the process took before the case
MOST_ADDRESSES = 2**32  # beyond what it has: the wall behind that limit, so that a fault does not take the machine down
LARGEST_FILE = 2**28
WRITABLE = ("runs", "data")
# Python's own words for what changes files, with the positions of the paths among their arguments.
CHANGES = {"os.mkdir": (0,), "os.rename": (0, 1), "os.link": (1,), "os.symlink": (1,), "os.remove": (0,)}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class ViolationError(Exception):
    """What a case must not do; says which case did it."""


@dataclass
class Watch:
    """Sees what Python writes in this process, and refuses what lies beyond one folder.

    Attributes:
        folder: Where writing is allowed; anywhere if None.
        refused: The other paths that were to be written.
    """

    folder: Path | None = None
    refused: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Watch from now on; an audit hook stays as long as the process."""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.folder is None:
            return
        if event == "open":
            path, _, flags = arguments
            paths = [path] if isinstance(flags, int) and flags & WRITING else []
        else:
            paths = [arguments[position] for position in CHANGES.get(event, ())]
        for path in paths:
            if isinstance(path, str | bytes | os.PathLike) and not self._allows(os.fsdecode(path)):
                self.refused.append(os.fsdecode(path))
                raise PermissionError(f"{os.fsdecode(path)}: beyond {self.folder}")

    def _allows(self, path: str) -> bool:
        return path == os.devnull or Path(os.path.abspath(path)).is_relative_to(self.folder or "/")  # noqa: PTH100


@dataclass(frozen=True)
class Sandbox:
    """Runs cases, each in a new checkout that is its current folder.

    Attributes:
        watch: Sees what is written.
        scratch: The folder of all checkouts.
    """

    watch: Watch
    scratch: Path

    @classmethod
    def around(cls, scratch: Path) -> "Sandbox":
        """A sandbox with limits that hold for this process from now on."""
        limit = psutil.Process().memory_info().vms + MOST_ADDRESSES
        for resource, most in ((RLIMIT_AS, limit), (RLIMIT_FSIZE, LARGEST_FILE), (RLIMIT_CORE, 0)):
            setrlimit(resource, (most, RLIM_INFINITY if most else 0))
        sandbox = cls(Watch(), scratch)
        sandbox.watch.begin()
        return sandbox

    def run(self, case: Callable[[], None]) -> None:
        """Run one case.

        Raises:
            ViolationError: if it took too much memory, left a file where none belongs, or said more than one line.
            Exception: whatever else the case raised but `UserError`.
        """
        with TemporaryDirectory(dir=self.scratch) as folder, peak_memory() as taken, self._watched(Path(folder)):
            try:
                case()
            except UserError as error:
                _check_line(str(error))
        if taken() > MOST_MEMORY:
            raise ViolationError(f"it took {taken() / 2**20:,.0f} MB")

    @contextmanager
    def _watched(self, checkout: Path) -> Iterator[None]:
        before = Path.cwd()
        os.chdir(checkout)
        self.watch.folder, self.watch.refused = self.scratch, []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            os.chdir(before)
            self.watch.folder = None
        strays = [*self.watch.refused, *_strays(self.scratch, checkout)]
        if strays:
            raise ViolationError(f"written beside runs/ and data/: {', '.join(strays)}")


def given(path: Path, content: bytes) -> Path:
    """A file that a case makes for its input, beneath the folder `given/` of its checkout."""
    whole = Path("given") / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_bytes(content)
    return whole


def _strays(scratch: Path, checkout: Path) -> Iterator[str]:
    """What lies beside the checkout, or in it and belongs to neither the input nor runs/ and data/."""
    yield from (str(path) for path in scratch.iterdir() if path != checkout and not path.name.startswith("."))
    yield from (str(path) for path in checkout.iterdir() if path.name not in ("given", *WRITABLE))


def _check_line(message: str) -> None:
    if not message or one_line(message) != message:
        raise ViolationError(f"not one line of printable text: {message!r}")


@contextmanager
def peak_memory() -> Iterator[Callable[[], int]]:
    """Counts the bytes that the process takes at most beyond those that it has at the start."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # Linux: the peak is what it takes now
    start = _peak()
    yield lambda: _peak() - start


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
