"""Kuzushiji-MNIST: handwritten cursive Japanese characters of ten classes, 28x28 pixels."""

from benchmark.datasets.dataset import Dataset
from benchmark.datasets.idx_files import SIDE, mnist_files
from benchmark.datasets.torchvision_class import TorchvisionClass

FILES = TorchvisionClass("KMNIST", mnist_files)
KMNIST = Dataset(
    name="kmnist",
    resolution=SIDE,
    citation="Clanuwat et al. 2018, arXiv:1812.01718; validation is the last 10,000 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
