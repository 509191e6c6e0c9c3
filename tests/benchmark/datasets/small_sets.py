"""Small data sets of the real formats: 12 train and 5 test images, of which 4 are to be validation."""

import hashlib
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torchvision.datasets
from scipy.io import savemat

from benchmark.datasets.cifar_files import cifar_files
from benchmark.datasets.emnist import emnist_files
from benchmark.datasets.idx_files import mnist_files
from benchmark.datasets.stl10 import stl10_files
from benchmark.datasets.svhn import svhn_files
from benchmark.datasets.torchvision_files import TorchvisionFiles

COUNTS = {"train": 12, "test": 5}
VALIDATION = 4


@dataclass(frozen=True)
class Written:
    """A small data set on disk, and what was written.

    Attributes:
        data: The data folder.
        source: torchvision's class, with the digests of these files and nowhere to download from.
        build: What makes files of such a class.
        images: (N, C, H, W) of the parts "train" and "test".
        labels: (N,) of them.
        classes: How many labels there are.
    """

    data: Path
    source: type
    build: Callable[[Any], TorchvisionFiles]
    images: dict[str, np.ndarray]
    labels: dict[str, np.ndarray]
    classes: int

    @property
    def files(self) -> TorchvisionFiles:
        return self.files_of()

    def files_of(self, **changes: object) -> TorchvisionFiles:
        """The files, after changes to torchvision's class."""
        return replace(self.build(subclass(self.source, **changes)), validation=VALIDATION)


def subclass(source: type, **changes: object) -> type:
    """The same name, since torchvision takes some folders' names from it."""
    return type(source.__name__, (source,), changes)


def md5_of(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def absent(data: Path) -> str:
    """An address from which nothing can be downloaded."""
    return (data / "no-mirror").absolute().as_uri()


def idx_bytes(values: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


def random_parts(channels: int, side: int, classes: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Images and labels; the first label of each part is 0, the last is the highest."""
    rng = np.random.RandomState(0)
    images = {part: rng.randint(0, 256, (n, channels, side, side)).astype(np.uint8) for part, n in COUNTS.items()}
    labels = {part: np.r_[0, rng.randint(0, classes, n - 2), classes - 1] for part, n in COUNTS.items()}
    return images, labels


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_mnist(source: type, data: Path) -> Written:
    images, labels = random_parts(1, 28, 10)
    for part, name in (("train", "train"), ("test", "t10k")):
        start = data / source.__name__ / "raw" / name
        put(Path(f"{start}-images-idx3-ubyte"), idx_bytes(images[part][:, 0]))
        put(Path(f"{start}-labels-idx1-ubyte"), idx_bytes(labels[part]))
    return Written(data, subclass(source, mirrors=[f"{absent(data)}/"]), mnist_files, images, labels, 10)


def write_emnist(data: Path) -> Written:
    images, labels = random_parts(1, 28, 47)
    for part in COUNTS:
        start = data / "EMNIST" / "raw" / f"emnist-balanced-{part}"
        put(Path(f"{start}-images-idx3-ubyte"), idx_bytes(images[part][:, 0].transpose(0, 2, 1)))
        put(Path(f"{start}-labels-idx1-ubyte"), idx_bytes(labels[part]))
    source = subclass(torchvision.datasets.EMNIST, url=f"{absent(data)}/gzip.zip")
    return Written(data, source, emnist_files, images, labels, 47)


def write_cifar(
    source: type, batches: dict[str, tuple[str, slice]], label_key: str, classes: int, data: Path
) -> Written:
    images, labels = random_parts(3, 32, classes)
    folder = data / source.base_folder
    contents: dict[str, object] = {source.meta["filename"]: {source.meta["key"]: [str(i) for i in range(classes)]}}
    for name, (part, chosen) in batches.items():
        rows = images[part][chosen].reshape(-1, 3 * 32 * 32)
        others = {"filenames": ["x.png"] * len(rows), "coarse_labels": [0] * len(rows)}
        contents[name] = {"data": rows, label_key: labels[part][chosen].tolist()} | others
    for name, content in contents.items():
        put(folder / name, pickle.dumps(content, protocol=2))
    entries = {part: [[n, md5_of(folder / n)] for n, (p, _) in batches.items() if p == part] for part in COUNTS}
    meta = source.meta | {"md5": md5_of(folder / source.meta["filename"])}
    lists = {"train_list": entries["train"], "test_list": entries["test"], "meta": meta}
    return Written(data, subclass(source, url=absent(data), **lists), cifar_files, images, labels, classes)


def write_svhn(data: Path) -> Written:
    images, labels = random_parts(3, 32, 10)
    split_list = {}
    data.mkdir(exist_ok=True)
    for part in COUNTS:
        path = data / f"{part}_32x32.mat"
        # As in the real files, a zero is labelled 10.
        savemat(
            path, {"X": images[part].transpose(2, 3, 1, 0), "y": np.where(labels[part] == 0, 10, labels[part])[:, None]}
        )
        split_list[part] = [f"{absent(data)}/{path.name}", path.name, md5_of(path)]
    source = subclass(torchvision.datasets.SVHN, split_list=split_list)
    return Written(data, source, svhn_files, images, labels, 10)


def write_stl10(data: Path) -> Written:
    images, labels = random_parts(3, 96, 10)
    folder = data / "stl10_binary"
    contents = {
        "train_X.bin": images["test"][:2].transpose(0, 1, 3, 2).tobytes(),
        "train_y.bin": bytes([1, 2]),
        "unlabeled_X.bin": images["train"].transpose(0, 1, 3, 2).tobytes(),
        "test_X.bin": images["test"].transpose(0, 1, 3, 2).tobytes(),
        "test_y.bin": (labels["test"] + 1).astype(np.uint8).tobytes(),
    }
    for name, content in contents.items():
        put(folder / name, content)
    entries = [[name, md5_of(folder / name)] for name in contents]
    source = subclass(torchvision.datasets.STL10, train_list=entries[:3], test_list=entries[3:], url=absent(data))
    return Written(data, source, stl10_files, images, {part: np.zeros(n, int) for part, n in COUNTS.items()}, 1)


CIFAR10_BATCHES = {
    "data_batch_1": ("train", slice(0, 7)),
    "data_batch_2": ("train", slice(7, 12)),
    "test_batch": ("test", slice(0, 5)),
}
CIFAR100_BATCHES = {"train": ("train", slice(0, 12)), "test": ("test", slice(0, 5))}
WRITERS: dict[str, Callable[[Path], Written]] = {
    "mnist": partial(write_mnist, torchvision.datasets.MNIST),
    "fashion-mnist": partial(write_mnist, torchvision.datasets.FashionMNIST),
    "kmnist": partial(write_mnist, torchvision.datasets.KMNIST),
    "emnist": write_emnist,
    "cifar10": partial(write_cifar, torchvision.datasets.CIFAR10, CIFAR10_BATCHES, "labels", 10),
    "cifar100": partial(write_cifar, torchvision.datasets.CIFAR100, CIFAR100_BATCHES, "fine_labels", 100),
    "svhn": write_svhn,
    "stl10": write_stl10,
}
