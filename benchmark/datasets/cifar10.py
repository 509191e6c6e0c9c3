"""CIFAR-10: colour photographs of ten classes, 32x32 pixels."""

from functools import partial
from pathlib import Path

import torchvision.datasets
from torchvision.datasets.utils import check_integrity

from benchmark.datasets.dataset import Dataset
from benchmark.datasets.torchvision_files import TorchvisionFiles

ADVICE = "unpack cifar-10-python.tar.gz in the data folder, so that it holds cifar-10-batches-py/"


def md5_problem(path: Path, md5: dict[str, str]) -> str | None:
    """None if a file has the MD5 digest listed under its name, else what is wrong with it."""
    if not path.is_file():
        return "is missing"
    return None if check_integrity(path, md5[path.name]) else f"is broken: its MD5 digest is not {md5[path.name]}"


def cifar_files(source: type[torchvision.datasets.CIFAR10], validation: int) -> TorchvisionFiles:
    """The files that a torchvision class of the CIFAR format lists, with their digests."""
    md5 = dict([*source.train_list, *source.test_list, (source.meta["filename"], source.meta["md5"])])
    return TorchvisionFiles(
        source=source,
        files=tuple(f"{source.base_folder}/{file}" for file in md5),
        check=partial(md5_problem, md5=md5),
        advice=ADVICE,
        validation=validation,
    )


FILES = cifar_files(torchvision.datasets.CIFAR10, validation=5_000)
CIFAR10 = Dataset(
    name="cifar10",
    channels=3,
    resolution=32,
    classes=10,
    reference="Krizhevsky 2009, Learning multiple layers of features from tiny images, section 3; validation is the "
    "last 5,000 of the train part",
    read=FILES.read,
    problem=FILES.problem,
)
