"""STL-10: unlabelled colour photographs of 96x96 pixels."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.datasets.dataset import Content, Dataset, Pixels, UnreadableFilesError
from benchmark.datasets.md5 import md5_problem
from benchmark.datasets.torchvision_class import TorchvisionClass
from benchmark.datasets.torchvision_files import TorchvisionFiles

if TYPE_CHECKING:
    import torchvision.datasets

SIDE = 96
IMAGE_BYTES = 3 * SIDE * SIDE
TRAIN, TEST = "unlabeled_X.bin", "test_X.bin"


def images_between(path: Path, start: int, stop: int) -> Pixels:
    """Images (stop - start, 3, 96, 96) of a file that holds one after another, each channel column by column.

    Raises:
        UnreadableFilesError: if the file cannot be read or does not reach as far.
    """
    try:
        values = np.fromfile(path, np.uint8, count=(stop - start) * IMAGE_BYTES, offset=start * IMAGE_BYTES)
        columns = values.reshape(stop - start, 3, SIDE, SIDE)
    except (OSError, ValueError) as error:
        problem = f"{path}: cannot read images {start} to {stop} ({' '.join(str(error).split())})"
        raise UnreadableFilesError([problem]) from error
    return np.ascontiguousarray(columns.swapaxes(2, 3))


def stl10_files(source: "type[torchvision.datasets.STL10]") -> TorchvisionFiles:
    """The two files of images that GANs need of those torchvision's class lists, with their digests."""
    md5 = {name: digest for name, digest in [*source.train_list, *source.test_list] if name in (TRAIN, TEST)}

    def read_part(data: Path, train: bool) -> Content:
        path = data / source.base_folder / (TRAIN if train else TEST)
        # Read on demand, since the unlabelled images take 2.8 GB.
        labels = np.zeros(path.stat().st_size // IMAGE_BYTES, np.int64)
        return Content(labels, classes=1, part=partial(images_between, path))

    return TorchvisionFiles(
        names=tuple(f"{source.base_folder}/{file}" for file in md5),
        archives=(source.filename,),
        check=partial(md5_problem, md5=md5),
        download=lambda data: source(data, split="test", download=True),
        read_part=read_part,
        advice=f"unpack {source.filename} in the data folder, so that it holds {source.base_folder}/",
        validation=5_000,
    )


FILES = TorchvisionClass("STL10", stl10_files)
STL10 = Dataset(
    name="stl10",
    resolution=SIDE,
    citation="Coates et al. 2011, An analysis of single-layer networks in unsupervised feature learning; train is the "
    "100,000 unlabelled images without the last 5,000, which are validation, as GANs are trained since Miyato et al. "
    "2018, arXiv:1802.05957, section 4; one class; test is the 8,000 test images",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
