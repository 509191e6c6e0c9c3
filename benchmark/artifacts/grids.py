"""Sample grids as PNG files."""

from pathlib import Path

from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate
from torchvision.utils import make_grid

from benchmark.files import atomic_write

SMALLEST_SIDE = 32


def write_grid(images: Tensor, path: Path, columns: int = 8) -> None:
    """Write images (N, C, H, W), uint8, as one PNG, whole or not at all; tiny ones are magnified without smoothing."""
    factor = max(1, -(-SMALLEST_SIDE // images.shape[-1]))
    large = interpolate(images.cpu(), scale_factor=factor, mode="nearest")
    grid = make_grid(large, nrow=columns, padding=2, pad_value=127)
    with atomic_write(path) as unfinished:
        Image.fromarray(grid.permute(1, 2, 0).numpy()).save(unfinished, "PNG", optimize=True)
