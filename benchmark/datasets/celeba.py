"""CelebA: photographs of faces, aligned; the centre square of each."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.datasets.dataset import Content, Dataset
from benchmark.datasets.md5 import md5_problem
from benchmark.datasets.pictures import Target, picture_content
from benchmark.datasets.torchvision_class import TorchvisionClass
from benchmark.errors import UserError
from benchmark.records import Split

if TYPE_CHECKING:
    import torchvision.datasets

PARTITION = Path("celeba", "list_eval_partition.txt")
PICTURES = Path("celeba", "img_align_celeba")
CODES: dict[Split, str] = {"train": "0", "validation": "1", "test": "2"}
CROP = 178
# No download: torchvision's needs another package, and fails when too many people ask for the files.
ADVICE = "put list_eval_partition.txt and the unpacked img_align_celeba.zip into celeba/ of the data folder"


@dataclass(frozen=True)
class CelebaFiles:
    """The pictures, laid out as torchvision does, and the list that splits them.

    Attributes:
        md5: The MD5 digest of that list, in hexadecimal digits.
    """

    md5: str

    def problem(self, data: Path) -> str | None:
        """None if the list is whole and each picture that it names lies there, else one line; opens no picture."""
        try:
            self._codes(data)
        except UserError as error:
            return str(error)
        return None

    def files(self, data: Path) -> tuple[Path, ...]:
        """The list and every picture that it names, in its order.

        Raises:
            UserError: if the list is missing or broken, or a picture is missing.
        """
        return (data / PARTITION, *(data / PICTURES / name for name in self._codes(data)))

    def read(self, data: Path, split: Split, side: int) -> Content:
        """One split of the list, decoded on demand: images (N, 3, side, side).

        Raises:
            UserError: if the list is missing or broken, or a picture is missing.
        """
        chosen = [data / PICTURES / name for name, code in self._codes(data).items() if code == CODES[split]]
        labels = np.zeros(len(chosen), np.int64)
        return picture_content(chosen, labels, 1, Target(side, channels=3, crop=CROP))

    def _codes(self, data: Path) -> dict[str, str]:
        """Which split each picture is in, by the picture's name."""
        path, folder = data / PARTITION, data / PICTURES
        problem = md5_problem(path, {path.name: self.md5})
        if problem:
            raise UserError(f"{path}: {problem}; {ADVICE}")
        # The digest vouches for the form of every line.
        codes = dict(line.split() for line in path.read_text(encoding="utf-8").splitlines())
        present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        missing = [name for name in codes if name not in present]
        if missing:
            raise UserError(f"{folder / missing[0]}: is missing, one of {len(missing)} of {len(codes)}; {ADVICE}")
        return codes


def celeba_files(source: "type[torchvision.datasets.CelebA]") -> CelebaFiles:
    """The files, by the digest of the list of splits that torchvision's class knows."""
    return CelebaFiles({name: md5 for _, md5, name in source.file_list}[PARTITION.name])


FILES = TorchvisionClass("CelebA", celeba_files)
CELEBA = Dataset(
    name="celeba",
    resolution=64,
    citation="Liu et al. 2015, arXiv:1411.7766, its own partition; the centre square of each aligned picture of "
    "178x218 pixels, as torchvision's CenterCrop(178), then resized; one class",
    files=FILES.files,
    read=FILES.read,
    problem=FILES.problem,
)
