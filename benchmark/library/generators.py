"""A saved generator, and pictures of images."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from torch import Tensor, nn, uint8

from benchmark.artifacts.grids import grid
from benchmark.artifacts.weights import SavedGenerator, read_generator, write_network
from benchmark.commands.sample import draw
from benchmark.commands.sample import walk as walk_between
from benchmark.errors import UserError, named_path, whole_number, writable
from benchmark.records import GENERATOR_FILE
from ganzoo.variant import Variant

if TYPE_CHECKING:
    from benchmark.commands.scores import Scores


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

        return score(self, against, set=set)

    def save(self, path: str | Path) -> Path:
        """Write it as a .safetensors file, which `benchmark.load` and `ganbench sample` read.

        Args:
            path: The file; its folder is made if it is not there.

        Returns:
            The file.

        Raises:
            UserError: if it is not called .safetensors, or cannot be written.
        """
        path = named_path(path, "a generator is saved as NAME.safetensors")
        if path.suffix != ".safetensors" or path.is_dir():
            raise UserError(f"{path}: a generator is saved as NAME.safetensors, a file")
        with writable(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_network(path, self.saved.variant, self.saved.shape, self.saved.module)
        return path

    def __repr__(self) -> str:
        return repr(self.saved)


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
    benchmark.errors.UserError: nowhere.safetensors: no such file; ...
    """
    path = named_path(path, "give a generator.safetensors, or the folder that holds one")
    return Generator(read_generator(path / GENERATOR_FILE if path.is_dir() else path))


def picture(images: Tensor, columns: int = 8) -> Image.Image:
    """Images as one picture, which a notebook shows and `.save("NAME.png")` writes.

    Args:
        images: (N, C, H, W), uint8; tiny ones are magnified without smoothing.
        columns: Images a row.

    Raises:
        UserError: if they are no such images, or there are none.

    >>> import benchmark, torch
    >>> benchmark.picture(torch.zeros(4, 1, 32, 32, dtype=torch.uint8), columns=2).size
    (70, 70)
    """
    if not isinstance(images, Tensor) or images.dtype != uint8 or images.ndim != 4 or images.shape[1] not in (1, 3):
        what = f"{images.dtype} {list(images.shape)}" if isinstance(images, Tensor) else type(images).__name__
        raise UserError(f"images of {what}: must be a tensor (N, C, H, W) of uint8, with C = 1 or 3")
    whole_number("images", len(images), least=1)
    return grid(images, whole_number("columns", columns, least=1))
