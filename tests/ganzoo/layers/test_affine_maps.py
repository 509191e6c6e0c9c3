"""Images seen through maps of the plane: against torch's own sampling, NumPy's turns and values by hand."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from ganzoo.layers.affine_maps import moved, seen_through, stretched, turned


def doubles(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


@pytest.fixture
def images() -> Tensor:
    return torch.randn(3, 2, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(4))


def test_matrices_by_hand() -> None:
    point = doubles(2.0, 1.0, 1.0)
    assert (turned(doubles(0.6), doubles(0.8))[0] @ point).tolist() == pytest.approx([0.4, 2.2, 1.0])
    assert (stretched(doubles(3.0), doubles(0.5))[0] @ point).tolist() == [6.0, 0.5, 1.0]
    assert (moved(doubles(-1.0), doubles(0.25))[0] @ point).tolist() == [1.0, 1.25, 1.0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(2, 1, 8, 8), (2, 3, 7, 7), (1, 1, 1, 1), (2, 1, 4, 6)])
def test_the_identity_changes_no_bit(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    images = torch.randn(shape, dtype=dtype)
    assert torch.equal(seen_through(images, torch.eye(3, dtype=dtype).repeat(len(images), 1, 1)), images)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_are_exact(images: Tensor, quarters: int) -> None:
    cosine, sine = ((0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[quarters - 1]
    maps = turned(doubles(cosine), doubles(sine)).repeat(3, 1, 1)
    assert torch.equal(seen_through(images, maps), torch.rot90(images, quarters, (2, 3)))


def test_a_mirror_is_exact(images: Tensor) -> None:
    maps = stretched(doubles(-1.0), doubles(1.0)).repeat(3, 1, 1)
    assert torch.equal(seen_through(images, maps), images.flip(3))


def test_what_enters_is_mirrored_at_the_outermost_pixel() -> None:
    row = doubles(1.0, 2.0, 4.0, 8.0).repeat(4, 1)[None, None]
    seen = seen_through(row, moved(doubles(-2.0), doubles(0.0)))
    assert seen[0, 0, 1].tolist() == [4.0, 2.0, 1.0, 2.0]
    assert seen_through(row, moved(doubles(2.5), doubles(0.0)))[0, 0, 0].tolist() == [6.0, 6.0, 3.0, 1.5]


def test_any_map_equals_torch_s_sampling(images: Tensor) -> None:
    """`grid_sample` with corners aligned: bilinear, reflected at the centres of the outermost pixels."""
    angle = doubles(0.3, -1.1, 2.0)
    maps = turned(angle.cos(), angle.sin()) @ stretched(doubles(1.3, 0.8, 1.0), doubles(0.7, 1.1, 1.0))
    maps = maps @ moved(doubles(0.4, -1.7, 3.2), doubles(0.0, 2.3, -0.6))
    theta = maps[:, :2].clone()
    theta[:, :, 2] /= (6 - 1) / 2
    grid = affine_grid(theta, list(images.shape), align_corners=True)
    expected = grid_sample(images, grid, padding_mode="reflection", align_corners=True)
    torch.testing.assert_close(seen_through(images, maps), expected, rtol=0, atol=1e-12)


def test_a_turn_by_eighths_keeps_the_middle() -> None:
    images = torch.zeros(1, 1, 5, 5, dtype=torch.float64)
    images[0, 0, 2, 2] = 1.0
    seen = seen_through(images, turned(doubles(math.sqrt(0.5)), doubles(math.sqrt(0.5))))
    assert seen[0, 0, 2, 2] == pytest.approx(1.0)
    # A neighbour's place is (sqrt(0.5), sqrt(0.5)) from the middle: (1 - sqrt(0.5))^2 of it.
    assert seen[0, 0, 2, 3] == pytest.approx((1 - math.sqrt(0.5)) ** 2)
