"""Classes of torchvision that know a data set's files, imported once a data set of theirs is used."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from benchmark.datasets.dataset import Content
from benchmark.records import Split


class Files(Protocol):
    """The three methods of `Dataset` that depend on a data set's files."""

    @property
    def problem(self) -> Callable[[Path], str | None]:
        """As `Dataset.problem`."""

    @property
    def files(self) -> Callable[[Path], tuple[Path, ...]]:
        """As `Dataset.files`."""

    @property
    def read(self) -> Callable[[Path, Split, int], Content]:
        """As `Dataset.read`."""


FilesT = TypeVar("FilesT", bound=Files)


@dataclass(frozen=True)
class TorchvisionClass(Generic[FilesT]):
    """The files of a data set that torchvision has a class for.

    Importing torchvision takes a process two to four seconds, most of them for its models; a study of data of its own
    does without.

    Attributes:
        name: Of the class in `torchvision.datasets`.
        build: From that class to its files.
    """

    name: str
    build: Callable[..., FilesT]

    @cached_property
    def found(self) -> FilesT:
        """The files, built when they are first asked for."""
        return self.build(getattr(import_module("torchvision.datasets"), self.name))

    def problem(self, data: Path) -> str | None:
        """As `Dataset.problem`."""
        return self.found.problem(data)

    def files(self, data: Path) -> tuple[Path, ...]:
        """As `Dataset.files`."""
        return self.found.files(data)

    def read(self, data: Path, split: Split, side: int) -> Content:
        """As `Dataset.read`."""
        return self.found.read(data, split, side)
