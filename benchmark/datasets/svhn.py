"""SVHN: digits cut out of photographs of house numbers, 32x32 pixels in colour."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.datasets.dataset import Content, Dataset
from benchmark.datasets.md5 import md5_problem
from benchmark.datasets.torchvision_class import TorchvisionClass
from benchmark.datasets.torchvision_files import TorchvisionFiles

if TYPE_CHECKING:
    import torchvision.datasets

PARTS = ("train", "test")


def svhn_files(source: "type[torchvision.datasets.SVHN]") -> TorchvisionFiles:
    """The Matlab files of the train and the test part that torchvision's class lists, with their digests."""
    md5 = {name: digest for _, name, digest in (source.split_list[part] for part in PARTS)}

    def download(data: Path) -> None:
        for part in PARTS:
            source(data, split=part, download=True)

    def read_part(data: Path, train: bool) -> Content:
        part = source(data, split="train" if train else "test")
        return Content.of(np.ascontiguousarray(part.data), part.labels, classes=10)

    return TorchvisionFiles(
        names=tuple(md5),
        archives=tuple(md5),
        check=partial(md5_problem, md5=md5),
        download=download,
        read_part=read_part,
        advice=f"put {' and '.join(md5)} into the data folder",
        validation=10_000,
    )


FILES = TorchvisionClass("SVHN", svhn_files)
SVHN = Dataset(
    name="svhn",
    resolution=32,
    citation="Netzer et al. 2011, Reading digits in natural images with unsupervised feature learning, cropped digits "
    "without the extra part; validation is the last 10,000 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
