"""MNIST: handwritten digits of 28x28 pixels."""

import torchvision.datasets

from benchmark.datasets.dataset import Dataset
from benchmark.datasets.idx import idx_problem
from benchmark.datasets.torchvision_files import TorchvisionFiles

FILES = TorchvisionFiles(
    source=torchvision.datasets.MNIST,
    files=(
        "MNIST/raw/train-images-idx3-ubyte",
        "MNIST/raw/train-labels-idx1-ubyte",
        "MNIST/raw/t10k-images-idx3-ubyte",
        "MNIST/raw/t10k-labels-idx1-ubyte",
    ),
    check=idx_problem,
    advice="put the four files of MNIST, as they are or as .gz, into MNIST/raw/ of the data folder",
    validation=10_000,
)
MNIST = Dataset(
    name="mnist",
    channels=1,
    resolution=28,
    classes=10,
    reference="LeCun et al. 1998, doi:10.1109/5.726791; validation is the last 10,000 of the train part",
    read=FILES.read,
    problem=FILES.problem,
)
