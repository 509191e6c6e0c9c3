"""A line here puts a data set into the catalog, in the order of lines."""

# isort: off
from benchmark.datasets.digits import DIGITS as DIGITS
from benchmark.datasets.mnist import MNIST as MNIST
from benchmark.datasets.fashion_mnist import FASHION_MNIST as FASHION_MNIST
from benchmark.datasets.kmnist import KMNIST as KMNIST
from benchmark.datasets.emnist import EMNIST as EMNIST
from benchmark.datasets.cifar10 import CIFAR10 as CIFAR10
from benchmark.datasets.cifar100 import CIFAR100 as CIFAR100
from benchmark.datasets.svhn import SVHN as SVHN
from benchmark.datasets.stl10 import STL10 as STL10
from benchmark.datasets.celeba import CELEBA as CELEBA
from benchmark.datasets.triangles import TRIANGLES as TRIANGLES
from benchmark.datasets.gaussians import GAUSSIANS_RING as GAUSSIANS_RING
from benchmark.datasets.gaussians import GAUSSIANS_GRID as GAUSSIANS_GRID
from benchmark.datasets.stacked_digits import STACKED_DIGITS as STACKED_DIGITS
from benchmark.datasets.photo_patches import PHOTO_PATCHES as PHOTO_PATCHES
from benchmark.datasets.few_digits import DIGITS_200 as DIGITS_200
