import numpy as np
import pytest
import torch

from benchmark.datasets.coverage import coverage


def supersampled(corners: np.ndarray, side: int, fine: int = 32) -> np.ndarray:
    """The share of fine x fine points of each pixel that lie on the same side of all three edges."""
    middles = (np.arange(side * fine) + 0.5) / fine
    x, y = np.meshgrid(middles, middles)
    turns = [
        (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    inside = np.all(np.array(turns) > 0, axis=0) | np.all(np.array(turns) < 0, axis=0)
    return inside.reshape(side, fine, side, fine).mean((1, 3))


def area(corners: np.ndarray) -> np.ndarray:
    (ax, ay), (bx, by), (cx, cy) = np.moveaxis(corners, 0, -1)
    return np.abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2


def random_triangles(seed: int, count: int, side: float) -> np.ndarray:
    return np.random.RandomState(seed).uniform(0, side, (count, 3, 2))


def test_half_of_a_square_by_hand():
    corners = np.array([[[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]]])
    expected = [[1.0, 1.0, 0.5, 0.0], [1.0, 0.5, 0.0, 0.0], [0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    np.testing.assert_allclose(coverage(corners, np.arange(4.0))[0], expected, atol=3e-4)


def test_slanted_edge_by_hand():
    """Below y = x / 2: the pixels of the first row hold triangles of 1/4 and 3/4 less, those of the second all but."""
    corners = np.array([[[0.0, 0.0], [2.0, 1.0], [0.0, 1.0]]])
    np.testing.assert_allclose(coverage(corners, np.arange(2.0))[0], [[0.75, 0.25], [0.0, 0.0]], atol=3e-4)


def test_equals_supersampling():
    for corners in random_triangles(0, 20, 12.0):
        found = coverage(corners[None].astype(np.float32), np.arange(12, dtype=np.float32))[0]
        np.testing.assert_allclose(found, supersampled(corners, 12), atol=0.03)


def test_pixels_add_up_to_the_area():
    corners = random_triangles(1, 500, 28.0)
    np.testing.assert_allclose(coverage(corners, np.arange(28.0)).sum((1, 2)), area(corners), atol=0.01)


def test_what_lies_beyond_the_image_is_cut_off():
    corners = random_triangles(2, 20, 12.0)
    shifted = coverage(corners - 4.0, np.arange(6.0))
    np.testing.assert_allclose(shifted, coverage(corners, np.arange(12.0))[:, 4:10, 4:10], atol=1e-5)


def test_order_of_vertices_does_not_matter():
    corners = random_triangles(3, 50, 12.0)
    first = coverage(corners, np.arange(12.0))
    np.testing.assert_allclose(coverage(corners[:, ::-1], np.arange(12.0)), first, atol=1e-6)
    np.testing.assert_allclose(coverage(corners[:, [1, 2, 0]], np.arange(12.0)), first, atol=1e-6)


@pytest.mark.parametrize("side", [28, 256])
def test_single_precision_loses_less_than_a_tenth_of_a_grey_level(side):
    corners = random_triangles(4, 10, side)
    single = coverage(corners.astype(np.float32), np.arange(side, dtype=np.float32))
    assert np.abs(single - coverage(corners, np.arange(float(side)))).max() < 0.1 / 255 * side / 28


def test_torch_equals_numpy():
    corners = random_triangles(5, 50, 12.0).astype(np.float32)
    found = coverage(torch.from_numpy(corners), torch.arange(12.0))
    np.testing.assert_allclose(found.numpy(), coverage(corners, np.arange(12, dtype=np.float32)), atol=1e-6)


def test_gradient_is_the_slope():
    corners = torch.from_numpy(random_triangles(6, 3, 5.0)).requires_grad_()
    assert torch.autograd.gradcheck(lambda vertices: coverage(vertices, torch.arange(5.0).double()), corners)


def test_area_grows_as_vertices_move_outwards_even_of_edges_that_are_nearly_level_or_upright():
    corners = torch.tensor([[[1.3, 1.3], [5.3, 1.301], [1.3, 4.3]]], requires_grad=True)
    (slope,) = torch.autograd.grad(coverage(corners, torch.arange(6.0)).sum(), corners)
    # The area is half of width times height: (5.3 - 1.3) (4.3 - 1.3) / 2.
    np.testing.assert_allclose(slope[0].numpy(), [[-1.5, -2.0], [1.5, 0.0], [0.0, 2.0]], atol=0.01)
