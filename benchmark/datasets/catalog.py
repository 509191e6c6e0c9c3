"""Every data set by name; adding one is one entry here."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torchvision.transforms.v2.functional import resize

from benchmark.datasets.cifar10 import CIFAR10
from benchmark.datasets.dataset import Dataset
from benchmark.datasets.digits import DIGITS
from benchmark.datasets.fashion_mnist import FASHION_MNIST
from benchmark.datasets.mnist import MNIST
from benchmark.names import look_up
from benchmark.records import Split

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in (DIGITS, MNIST, FASHION_MNIST, CIFAR10)}


@dataclass(frozen=True)
class LabelledImages:
    """The images of one split, in a fixed order.

    Attributes:
        images: (N, C, R, R) uint8, contiguous.
        labels: (N,) int64, from 0 to `classes` - 1.
        classes: How many there are in the data set.
    """

    images: Tensor
    labels: Tensor
    classes: int

    def to(self, device: torch.device) -> "LabelledImages":
        """The same on a device."""
        return LabelledImages(self.images.to(device), self.labels.to(device), self.classes)


def find_dataset(name: str) -> Dataset:
    """The data set called `name`.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    return look_up("dataset", name, DATASETS)


def load_split(name: str, split: Split, data: Path, resolution: int = 0) -> LabelledImages:
    """One split of a data set, in memory.

    Args:
        name: A name in `DATASETS`.
        split: "train", "validation" or "test".
        data: The folder of all data sets.
        resolution: Side in pixels that the images are resized to (bilinear, antialiased); the native side if 0.

    Raises:
        UserError: if the name is unknown or the files cannot be had.
    """
    dataset = find_dataset(name)
    images, labels = dataset.read(data, split)
    if resolution not in (0, dataset.resolution):
        images = resize(images, [resolution, resolution], antialias=True)
    return LabelledImages(images.contiguous(), labels, dataset.classes)
