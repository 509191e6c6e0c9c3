"""CIFAR-100: colour photographs of a hundred classes, 32x32 pixels."""

import torchvision.datasets

from benchmark.datasets.cifar_files import SIDE, cifar_files
from benchmark.datasets.dataset import Dataset

FILES = cifar_files(torchvision.datasets.CIFAR100)
CIFAR100 = Dataset(
    name="cifar100",
    resolution=SIDE,
    citation="Krizhevsky 2009, Learning multiple layers of features from tiny images, section 3, with its 100 fine "
    "labels; validation is the last 5,000 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
