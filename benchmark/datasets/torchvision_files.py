"""Data sets that torchvision downloads: found on disk, fetched once if absent, checked before they are read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from benchmark.datasets.dataset import Content
from benchmark.errors import UserError
from benchmark.records import Split


@dataclass(frozen=True)
class TorchvisionFiles:
    """The files of one data set, laid out as torchvision does, and how the benchmark splits them.

    Attributes:
        names: The files that decide images and labels, relative to the data folder; the first holds train images.
        archives: What torchvision downloads, relative to the data folder, and unpacks if it lies there already.
        check: `(path) -> None` for a whole file, else what is wrong with it, as in "is missing".
        download: `(data folder)`: has torchvision fetch and unpack what is absent.
        read_part: `(data folder, train) -> Content` of the whole train part or of the test part.
        advice: What a person without a network does.
        validation: Images at the end of the train part that form the validation split.
    """

    names: tuple[str, ...]
    archives: tuple[str, ...]
    check: Callable[[Path], str | None]
    download: Callable[[Path], object]
    read_part: Callable[[Path, bool], Content]
    advice: str
    validation: int

    def problem(self, data: Path) -> str | None:
        """None if every file is whole, or absent but ready to be unpacked, else one line: the first, and what to do."""
        packed = all((data / archive).is_file() for archive in self.archives)
        return self._first_problem([path for path in self._paths(data) if path.is_file() or not packed])

    def files(self, data: Path) -> tuple[Path, ...]:
        """The files that decide images and labels, downloaded if one is missing or broken.

        Raises:
            UserError: if one is missing or broken and cannot be downloaded.
        """
        paths = self._paths(data)
        if self._first_problem(paths):
            self._download(data)
        return tuple(paths)

    def read(self, data: Path, split: Split, _side: int) -> Content:
        """One split; images have their native side, whichever is asked for.

        Raises:
            UserError: if a file is missing or broken and cannot be downloaded, or holds too few images.
        """
        first, *_ = self.files(data)
        whole = self.read_part(data, split != "test")
        count = len(whole.labels)
        boundary = count - self.validation
        if split != "test" and boundary < 1:
            raise UserError(f"{first}: {count} images; expected more than {self.validation}; {self.advice}")
        begin, end = {"train": (0, boundary), "validation": (boundary, count), "test": (0, count)}[split]
        return replace(
            whole,
            labels=whole.labels[begin:end],
            part=lambda start, stop: whole.part(begin + start, min(begin + stop, end)),
        )

    def _paths(self, data: Path) -> list[Path]:
        return [data / name for name in self.names]

    def _first_problem(self, paths: list[Path]) -> str | None:
        found = ((path, self.check(path)) for path in paths)
        return next((f"{path}: {problem}; {self.advice}" for path, problem in found if problem), None)

    def _download(self, data: Path) -> None:
        # Under a lock, since workers may start at once.
        reason = ""
        try:
            data.mkdir(parents=True, exist_ok=True)
            with FileLock(data / ".download.lock"):
                self.download(data)
        except Exception as error:  # torchvision stumbles over broken files in many ways; the check names them better
            reason = f" (the download failed: {' '.join(str(error).split())})" if str(error) else ""
        problem = self._first_problem(self._paths(data))
        if problem:
            raise UserError(problem + reason)
