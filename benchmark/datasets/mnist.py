"""MNIST: handwritten digits of 28x28 pixels."""

from benchmark.datasets.dataset import Dataset
from benchmark.datasets.idx_files import SIDE, mnist_files
from benchmark.datasets.torchvision_class import TorchvisionClass

FILES = TorchvisionClass("MNIST", mnist_files)
MNIST = Dataset(
    name="mnist",
    resolution=SIDE,
    citation="LeCun et al. 1998, doi:10.1109/5.726791; validation is the last 10,000 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
