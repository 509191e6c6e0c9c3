"""Sample grids, pixel by pixel."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor
from torchvision.utils import make_grid

from benchmark.artifacts.grids import most_in_a_grid, write_grid

GAP, GREY = 2, 127


def read(path: Path) -> Tensor:
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return pil_to_tensor(picture)


@pytest.mark.parametrize(("side", "factor"), [(8, 4), (16, 2), (28, 2), (31, 2), (32, 1), (64, 1)])
def test_tiny_images_are_magnified_by_a_whole_factor(side: int, factor: int, tmp_path: Path) -> None:
    write_grid(torch.zeros(4, 1, side, side, dtype=torch.uint8), tmp_path / "grid.png", columns=2)
    assert read(tmp_path / "grid.png").shape == (3, 2 * side * factor + 3 * GAP, 2 * side * factor + 3 * GAP)


def test_every_pixel_is_where_it_belongs(tmp_path: Path) -> None:
    """Five images of 8 x 8 in rows of three; each pixel is a square of 4 x 4, with a gap of 2 all around."""
    images = torch.randint(0, 256, (5, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    write_grid(images, tmp_path / "grid.png", columns=3)
    grid = read(tmp_path / "grid.png")
    assert grid.shape == (3, 2 * (32 + GAP) + GAP, 3 * (32 + GAP) + GAP)
    expected = torch.full_like(grid, GREY)
    for number in range(5):
        top, left = (number // 3) * 34 + GAP, (number % 3) * 34 + GAP
        for row in range(8):
            for column in range(8):
                square = expected[:, top + 4 * row : top + 4 * row + 4, left + 4 * column : left + 4 * column + 4]
                square[:] = images[number, 0, row, column]
    # The last place of the second row is empty.
    assert torch.equal(grid[:, :, : 2 * 34 + GAP], expected[:, :, : 2 * 34 + GAP])
    assert torch.equal(grid[:, : 34 + GAP], expected[:, : 34 + GAP])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 3, 4, 5, 8, 9])
def test_as_torchvisions_grid(count: int, channels: int, tmp_path: Path) -> None:
    images = torch.randint(0, 256, (count, channels, 32, 32), dtype=torch.uint8)
    write_grid(images, tmp_path / "grid.png", columns=4)
    assert torch.equal(read(tmp_path / "grid.png"), make_grid(images, nrow=4, padding=GAP, pad_value=GREY))


def test_colours_are_kept(tmp_path: Path) -> None:
    images = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    write_grid(images, tmp_path / "grid.png")
    grid = read(tmp_path / "grid.png")
    assert torch.equal(grid[:, GAP:-GAP, GAP : GAP + 32], images[0])
    assert torch.equal(grid[:, GAP:-GAP, -GAP - 32 : -GAP], images[1])


def test_folders_are_made_and_a_picture_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "grid.png"
    for value in (0, 255):
        write_grid(torch.full((1, 1, 32, 32), value, dtype=torch.uint8), path)
    assert read(path)[0, 10, 10] == 255
    assert [file.name for file in path.parent.iterdir()] == ["grid.png"]


def test_the_same_images_give_the_same_bytes(tmp_path: Path) -> None:
    images = torch.arange(128, dtype=torch.uint8).view(2, 1, 8, 8)
    for name in ("one.png", "other.png"):
        write_grid(images, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


@pytest.mark.parametrize(("side", "most"), [(8, 29026), (32, 29026), (64, 7703), (128, 1985), (5790, 1), (6000, 1)])
def test_a_grid_can_be_read_here_again(side: int, most: int) -> None:
    assert most_in_a_grid(side) == most == max(1, 2**25 // (max(side, 32) + GAP) ** 2)


def test_a_scale_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    images = torch.randint(0, 256, (2, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    write_grid(images, tmp_path / "grid.png", columns=2, scale=10)
    drawn = read(tmp_path / "grid.png")
    assert drawn.shape == (3, 80 + 2 * GAP, 2 * (80 + GAP) + GAP)
    assert torch.equal(drawn[0, GAP + 5 : -GAP : 10, GAP + 5 : GAP + 80 : 10], images[0, 0])
    assert most_in_a_grid(8, 10) < most_in_a_grid(8)
