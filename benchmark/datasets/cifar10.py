"""CIFAR-10: colour photographs of ten classes, 32x32 pixels."""

from benchmark.datasets.cifar_files import SIDE, cifar_files
from benchmark.datasets.dataset import Dataset
from benchmark.datasets.torchvision_class import TorchvisionClass

FILES = TorchvisionClass("CIFAR10", cifar_files)
CIFAR10 = Dataset(
    name="cifar10",
    resolution=SIDE,
    citation="Krizhevsky 2009, Learning multiple layers of features from tiny images, section 3; validation is the "
    "last 5,000 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
