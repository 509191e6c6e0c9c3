"""Data sets that torchvision reads: found on disk, downloaded once if absent, checked before they are read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock
from torch import Tensor

from benchmark.errors import UserError
from benchmark.records import Split


@dataclass(frozen=True)
class TorchvisionFiles:
    """The files of one torchvision data set and how the benchmark splits them.

    Attributes:
        source: torchvision's class: `source(root, train, download)`, with `data` and `targets`.
        files: Paths that it reads, relative to the data folder.
        check: `(path) -> None` for a whole file, else what is wrong with it, as in "is missing".
        advice: What a person without a network does.
        validation: Images at the end of the train part that form the validation split.
    """

    source: Callable[..., Any]
    files: tuple[str, ...]
    check: Callable[[Path], str | None]
    advice: str
    validation: int

    def problem(self, data: Path) -> str | None:
        """None if every file is whole or lies there as .gz, else one line: the first that does not, and what to do."""
        return self._first_problem([path for path in self._paths(data) if not Path(f"{path}.gz").is_file()])

    def read(self, data: Path, split: Split) -> tuple[Tensor, Tensor]:
        """Images (N, C, H, W) uint8 and labels (N,) int64 of a split.

        Raises:
            UserError: if a file is missing or broken and cannot be downloaded.
        """
        if self._first_problem(self._paths(data)):
            self._download(data)
        content = self.source(data, train=split != "test", download=False)
        images, labels = _channels_first(torch.as_tensor(content.data)), torch.as_tensor(content.targets)
        boundary = len(images) - self.validation
        if len(images) != len(labels) or (split != "test" and boundary < 1):
            counts = f"{len(images)} images and {len(labels)} labels"
            raise UserError(
                f"{data / self.files[0]}: {counts}; expected as many, above {self.validation}; {self.advice}"
            )
        part = {"train": slice(0, boundary), "validation": slice(boundary, None), "test": slice(None)}[split]
        return images[part].contiguous(), labels[part].to(torch.int64)

    def _paths(self, data: Path) -> list[Path]:
        return [data / file for file in self.files]

    def _first_problem(self, paths: list[Path]) -> str | None:
        found = ((path, self.check(path)) for path in paths)
        return next((f"{path}: {problem}; {self.advice}" for path, problem in found if problem), None)

    def _download(self, data: Path) -> None:
        # Under a lock, since workers may start at once; torchvision also unpacks .gz files that lie there already.
        reason = ""
        try:
            data.mkdir(parents=True, exist_ok=True)
            with FileLock(data / ".download.lock"):
                self.source(data, train=True, download=True)
        except (OSError, RuntimeError, ValueError, AssertionError) as error:
            # torchvision reports a broken file by any of these, and the check below names it better.
            reason = f" (the download failed: {' '.join(str(error).split())})" if str(error) else ""
        problem = self._first_problem(self._paths(data))
        if problem:
            raise UserError(problem + reason)


def _channels_first(pixels: Tensor) -> Tensor:
    """(N, H, W) or (N, H, W, C) -> (N, C, H, W)."""
    return pixels.unsqueeze(1) if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2)
