"""A saved generator, and pictures of images."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image
from torch import Tensor, nn

from benchmark.artifacts.grids import grid
from benchmark.artifacts.weights import SavedGenerator, read_generator, write_network
from benchmark.commands.sample import draw
from benchmark.commands.sample import walk as walk_between
from benchmark.errors import UserError
from benchmark.records import GENERATOR_FILE
from ganzoo.variant import Variant

if TYPE_CHECKING:
    from benchmark.library.scores import Scores


@dataclass(frozen=True, eq=False)
class Generator:
    """A trained generator.

    Attributes:
        saved: Its module, its variant, and the shape of its images.
    """

    saved: SavedGenerator

    @property
    def module(self) -> nn.Module:
        """Latents (N, latent_size) -> images (N, C, H, W) in [-1, 1]; in eval mode, on the CPU."""
        return self.saved.module

    @property
    def variant(self) -> Variant:
        """What it was trained by."""
        return self.saved.variant

    def sample(self, count: int = 64, seed: int = 0) -> Tensor:
        """New images (count, C, H, W), uint8, of fresh latents: as `ganbench sample` draws them with this seed."""
        return draw(self.saved, count, seed)

    def walk(self, steps: int = 8, rows: int = 8, seed: int = 0) -> Tensor:
        """Images (rows * steps, C, H, W), uint8, on straight lines between two latents a row, ends included."""
        return walk_between(self.saved, steps, rows, seed)

    def score(self, against: str | Path = "digits", set: Mapping[str, object] | None = None) -> "Scores":  # noqa: A002
        """Scores of its images: see `benchmark.score`, which takes more.

        Args:
            against: A data set, a folder or a file.
            set: Keys of a spec, as in {"score.images": 2000}.

        Raises:
            UserError: as `benchmark.score`.
        """
        from benchmark.library.scores import score

        with TemporaryDirectory() as folder:
            return score(self.save(Path(folder) / GENERATOR_FILE), against, set=set)

    def save(self, path: str | Path) -> Path:
        """Write it as a .safetensors file, which `benchmark.load` and `ganbench sample` read.

        Args:
            path: The file; its folder is made if it is not there.

        Returns:
            The file.

        Raises:
            UserError: if it is not called .safetensors.
        """
        path = Path(path)
        if path.suffix != ".safetensors":
            raise UserError(f"{path}: a generator is saved as NAME.safetensors")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_network(path, self.saved.variant, self.saved.shape, self.saved.module)
        return path

    def __repr__(self) -> str:
        shape = self.saved.shape
        return f"<generator of {self.variant.name}: {shape.channels} x {shape.resolution} x {shape.resolution}>"


def load(path: str | Path) -> Generator:
    """A saved generator.

    Args:
        path: A generator.safetensors that a run, `Generator.save` or `ganbench train` wrote, or the folder that holds
            one.

    Raises:
        UserError: if there is none, or it is damaged.

    >>> import benchmark
    >>> benchmark.load("nowhere.safetensors")
    Traceback (most recent call last):
    benchmark.errors.UserError: nowhere.safetensors: not a generator that a run of this benchmark saved: ...
    """
    path = Path(path)
    return Generator(read_generator(path / GENERATOR_FILE if path.is_dir() else path))


def picture(images: Tensor, columns: int = 8) -> Image.Image:
    """Images as one picture, which a notebook shows and `.save("NAME.png")` writes.

    Args:
        images: (N, C, H, W), uint8; tiny ones are magnified without smoothing.
        columns: Images a row.

    >>> import benchmark, torch
    >>> benchmark.picture(torch.zeros(4, 1, 32, 32, dtype=torch.uint8), columns=2).size
    (70, 70)
    """
    return grid(images, columns)
