"""Sample grids, as pictures and as PNG files."""

from pathlib import Path

from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate, pad

from benchmark.datasets.pictures import MOST_PIXELS
from benchmark.files import atomic_write

SMALLEST_SIDE = 32
PADDING, GREY = 2, 127


def most_in_a_grid(side: int, scale: int = 0) -> int:
    """How many images of `side` pixels go into one picture that can be read here again; one at least.

    Args:
        side: Of an image.
        scale: How many times it is magnified; 0 for what `write_grid` does of itself.
    """
    return max(1, MOST_PIXELS // (side * (scale or _factor(side)) + PADDING) ** 2)


def write_grid(images: Tensor, path: Path, columns: int = 8, scale: int = 0) -> None:
    """Write images as one PNG, whole or not at all.

    Args:
        images: (N, C, H, W), uint8.
        path: The PNG.
        columns: Images a row.
        scale: How many times they are magnified, without smoothing; if 0, tiny ones a few times, others not.
    """
    picture = grid(images, columns, scale)
    with atomic_write(path) as unfinished:
        picture.save(unfinished, "PNG")  # to optimise it takes seven times as long, for a fiftieth of its size


def grid(images: Tensor, columns: int = 8, scale: int = 0) -> Image.Image:
    """Images (N, C, H, W), uint8, as one picture: as `write_grid` writes it."""
    large = interpolate(images.cpu(), scale_factor=scale or _factor(images.shape[-1]), mode="nearest")
    return Image.fromarray(_laid_out(large, min(columns, len(large))).numpy())


def _laid_out(images: Tensor, columns: int) -> Tensor:
    """Images (N, C, H, W), uint8, row by row, grey around each: (height, width, 3).

    As torchvision's `make_grid`, which takes every process seconds to import; so one image alone has no frame.
    """
    rows = -(-len(images) // columns)
    coloured = images.expand(-1, 3, -1, -1)
    if len(images) == 1:
        return coloured[0].permute(1, 2, 0)
    framed = pad(coloured, (PADDING, 0, PADDING, 0, 0, 0, 0, rows * columns - len(images)), value=GREY)
    framed[len(images) :] = GREY
    height, width = framed.shape[-2:]
    placed = framed.view(rows, columns, 3, height, width).permute(0, 3, 1, 4, 2)
    return pad(placed.reshape(rows * height, columns * width, 3), (0, 0, 0, PADDING, 0, PADDING), value=GREY)


def _factor(side: int) -> int:
    """How many times tiny images are magnified."""
    return max(1, -(-SMALLEST_SIDE // side))
