"""EMNIST, balanced: handwritten digits and letters of 47 classes, 28x28 pixels."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.datasets.dataset import Content, Dataset
from benchmark.datasets.idx import idx_problem
from benchmark.datasets.idx_files import SIDE, IdxParts
from benchmark.datasets.torchvision_class import TorchvisionClass
from benchmark.datasets.torchvision_files import TorchvisionFiles

if TYPE_CHECKING:
    import torchvision.datasets

FOLDER = "EMNIST/raw"
PARTS = IdxParts(f"{FOLDER}/emnist-balanced-train", f"{FOLDER}/emnist-balanced-test", classes=47)


def read_upright(data: Path, train: bool) -> Content:
    """One part, images (N, 1, 28, 28) turned upright: the files hold them column by column, as Matlab does.

    Raises:
        UserError: if there are not as many labels as images, or a label is out of range.
    """
    part = PARTS.read(data, train)
    images = part.part(0, len(part.labels)).swapaxes(2, 3)
    return Content.of(np.ascontiguousarray(images), part.labels, part.classes)


def emnist_files(source: "type[torchvision.datasets.EMNIST]") -> TorchvisionFiles:
    """The four files of the balanced split, in the one archive that torchvision's class lists for all splits."""

    def download(data: Path) -> None:
        for train in (True, False):  # it looks for the files of one part only
            source(data, split="balanced", train=train, download=True)

    return TorchvisionFiles(
        names=PARTS.names,
        archives=(f"{FOLDER}/{Path(source.url).name}",),
        check=partial(idx_problem, side=SIDE),
        download=download,
        read_part=read_upright,
        advice=f"put gzip.zip of EMNIST, or its unpacked emnist-balanced-* files, into {FOLDER}/ of the data folder",
        validation=18_800,
    )


FILES = TorchvisionClass("EMNIST", emnist_files)
EMNIST = Dataset(
    name="emnist",
    resolution=SIDE,
    citation="Cohen et al. 2017, arXiv:1702.05373, its balanced split of 131,600 images, turned upright; validation "
    "is the last 18,800 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
