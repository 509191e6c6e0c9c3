"""Fashion-MNIST: grey photographs of clothes, 28x28 pixels."""

from benchmark.datasets.dataset import Dataset
from benchmark.datasets.idx_files import SIDE, mnist_files
from benchmark.datasets.torchvision_class import TorchvisionClass

FILES = TorchvisionClass("FashionMNIST", mnist_files)
FASHION_MNIST = Dataset(
    name="fashion-mnist",
    resolution=SIDE,
    citation="Xiao et al. 2017, arXiv:1708.07747; validation is the last 10,000 of the train part",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
