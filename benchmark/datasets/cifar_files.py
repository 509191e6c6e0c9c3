"""The files of CIFAR-10 and CIFAR-100: pickled batches of colour photographs, 32x32 pixels."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.datasets.dataset import Content
from benchmark.datasets.md5 import md5_problem
from benchmark.datasets.torchvision_files import TorchvisionFiles

if TYPE_CHECKING:
    import torchvision.datasets

SIDE = 32


def cifar_files(source: "type[torchvision.datasets.CIFAR10]") -> TorchvisionFiles:
    """The files that a torchvision class of the CIFAR format lists, with their digests."""
    md5 = dict([*source.train_list, *source.test_list, (source.meta["filename"], source.meta["md5"])])

    def read_part(data: Path, train: bool) -> Content:
        part = source(data, train=train)
        images = np.ascontiguousarray(part.data.transpose(0, 3, 1, 2))
        return Content.of(images, np.array(part.targets, np.int64), len(part.classes))

    return TorchvisionFiles(
        names=tuple(f"{source.base_folder}/{file}" for file in md5),
        archives=(source.filename,),
        check=partial(md5_problem, md5=md5),
        download=lambda data: source(data, download=True),
        read_part=read_part,
        advice=f"unpack {source.filename} in the data folder, so that it holds {source.base_folder}/",
        validation=5_000,
    )
