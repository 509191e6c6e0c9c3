"""Data sets that are four idx files: images and labels of a train part and of a test part."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.datasets.dataset import Content
from benchmark.datasets.idx import idx_problem, read_idx
from benchmark.datasets.torchvision_files import TorchvisionFiles
from benchmark.errors import UserError

if TYPE_CHECKING:
    import torchvision.datasets

SIDE = 28


@dataclass(frozen=True)
class IdxParts:
    """Where the four files lie, and how many classes they know.

    Attributes:
        train: What the two paths of the train part begin with, relative to the data folder.
        test: The same of the test part.
        classes: Labels are from 0 to `classes` - 1.
    """

    train: str
    test: str
    classes: int

    @property
    def names(self) -> tuple[str, ...]:
        """The four paths, relative to the data folder."""
        kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
        return tuple(f"{part}-{kind}" for part in (self.train, self.test) for kind in kinds)

    def read(self, data: Path, train: bool) -> Content:
        """One part of files without an `idx_problem`: images (N, 1, SIDE, SIDE), in memory.

        Raises:
            UserError: if there are not as many labels as images, or a label is out of range.
        """
        images_path, labels_path = (data / name for name in (self.names[:2] if train else self.names[2:]))
        images, labels = read_idx(images_path), read_idx(labels_path)
        if len(images) != len(labels):
            raise UserError(f"{labels_path}: {len(labels)} labels; {images_path.name} has {len(images)} images")
        if labels.max() >= self.classes:
            raise UserError(f"{labels_path}: label {labels.max()}; allowed: 0 to {self.classes - 1}")
        return Content.of(images[:, np.newaxis], labels.astype(np.int64), self.classes)


def mnist_files(source: "type[torchvision.datasets.MNIST]") -> TorchvisionFiles:
    """The files of a torchvision class that is laid out as MNIST, ten classes, in a folder called as the class."""
    folder = source.__name__
    parts = IdxParts(f"{folder}/raw/train", f"{folder}/raw/t10k", classes=10)
    return TorchvisionFiles(
        names=parts.names,
        archives=tuple(f"{name}.gz" for name in parts.names),
        check=partial(idx_problem, side=SIDE),
        download=lambda data: source(data, download=True),
        read_part=parts.read,
        advice=f"put the four files of {folder}, as they are or as .gz, into {folder}/raw/ of the data folder",
        validation=10_000,
    )
