"""Sample grids, as pictures and as PNG files."""

from pathlib import Path

from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate
from torchvision.utils import make_grid

from benchmark.datasets.pictures import MOST_PIXELS
from benchmark.files import atomic_write

SMALLEST_SIDE = 32
PADDING = 2


def most_in_a_grid(side: int) -> int:
    """How many images of `side` pixels go into one picture that can be read here again; one at least."""
    return max(1, MOST_PIXELS // (side * _factor(side) + PADDING) ** 2)


def write_grid(images: Tensor, path: Path, columns: int = 8) -> None:
    """Write images (N, C, H, W), uint8, as one PNG, whole or not at all; tiny ones are magnified without smoothing."""
    picture = grid(images, columns)
    with atomic_write(path) as unfinished:
        picture.save(unfinished, "PNG", optimize=True)


def grid(images: Tensor, columns: int = 8) -> Image.Image:
    """Images (N, C, H, W), uint8, as one picture; tiny ones are magnified without smoothing."""
    large = interpolate(images.cpu(), scale_factor=_factor(images.shape[-1]), mode="nearest")
    laid = make_grid(large, nrow=columns, padding=PADDING, pad_value=127)
    return Image.fromarray(laid.permute(1, 2, 0).numpy())


def _factor(side: int) -> int:
    """How many times tiny images are magnified."""
    return max(1, -(-SMALLEST_SIDE // side))
