import itertools

import numpy as np
import torch

from benchmark.datasets.coverage import coverage
from benchmark.datasets.triangles import draw_vertices
from benchmark.scoring.ground_truth.triangle_fit import moment_triangles


def farthest_corner(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest distance between corners, in the order that suits best."""
    return min(
        np.linalg.norm(found - expected[list(order)], axis=1).max() for order in itertools.permutations(range(3))
    )


def test_vertices_of_a_triangle_are_found():
    vertices = draw_vertices("test")[:300] * 28
    pixels = coverage(torch.from_numpy(vertices), torch.arange(28.0).double())
    found = moment_triangles(pixels).numpy()
    errors = [farthest_corner(*pair) for pair in zip(found, vertices, strict=True)]
    # Pixels are not points: what is left is of the size of a tenth of one.
    assert np.median(errors) < 0.02
    assert max(errors) < 0.15


def test_moments_are_those_of_the_image():
    """Of any blot; a triangle's second moments are a twelfth of its vertices' products."""
    pixels = torch.rand(4, 9, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = moment_triangles(pixels).numpy()
    rows, columns = np.mgrid[0.5:9, 0.5:9]
    for image, corners in zip(pixels.numpy(), found, strict=True):
        centre = [np.average(columns, weights=image), np.average(rows, weights=image)]
        np.testing.assert_allclose(corners.mean(0), centre)
        places = np.stack([columns.flatten(), rows.flatten()])
        expected = np.cov(places, aweights=image.flatten(), ddof=0) - np.eye(2) / 12
        np.testing.assert_allclose((corners - centre).T @ (corners - centre) / 12, expected)


def test_blank_and_thin_images_are_finite():
    pixels = torch.zeros(3, 8, 8)
    pixels[1, 3] = 1  # one row
    pixels[2, 3, 3] = 1  # one pixel
    assert moment_triangles(pixels).isfinite().all()
