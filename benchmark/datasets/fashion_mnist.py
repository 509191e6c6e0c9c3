"""Fashion-MNIST: grey photographs of clothes, 28x28 pixels."""

import torchvision.datasets

from benchmark.datasets.dataset import Dataset
from benchmark.datasets.idx import idx_problem
from benchmark.datasets.torchvision_files import TorchvisionFiles

FILES = TorchvisionFiles(
    source=torchvision.datasets.FashionMNIST,
    files=(
        "FashionMNIST/raw/train-images-idx3-ubyte",
        "FashionMNIST/raw/train-labels-idx1-ubyte",
        "FashionMNIST/raw/t10k-images-idx3-ubyte",
        "FashionMNIST/raw/t10k-labels-idx1-ubyte",
    ),
    check=idx_problem,
    advice="put the four files of Fashion-MNIST, as they are or as .gz, into FashionMNIST/raw/ of the data folder",
    validation=10_000,
)
FASHION_MNIST = Dataset(
    name="fashion-mnist",
    channels=1,
    resolution=28,
    classes=10,
    reference="Xiao et al. 2017, arXiv:1708.07747; validation is the last 10,000 of the train part",
    read=FILES.read,
    problem=FILES.problem,
)
