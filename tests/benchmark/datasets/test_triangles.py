import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmark.datasets.triangles import RADIUS, SMALLEST_AREA, SPLITS, TRIANGLES, draw_vertices, render

NOWHERE = Path("nowhere")
SHA256 = "a1425a4a163f756b55caffe66a8f6d5dda673093fd9608faa2c72ccb76d81f72"


def angles(vertices: np.ndarray) -> np.ndarray:
    """In degrees (N, 3), by the law of cosines."""
    a, b, c = (np.linalg.norm(vertices[:, i] - vertices[:, j], axis=1) for i, j in ((1, 2), (2, 0), (0, 1)))
    cosines = [(v**2 + w**2 - u**2) / (2 * v * w) for u, v, w in ((a, b, c), (b, c, a), (c, a, b))]
    return np.degrees(np.arccos(np.stack(cosines, axis=1)))


def areas(vertices: np.ndarray) -> np.ndarray:
    first, second = vertices[:, 1] - vertices[:, 0], vertices[:, 2] - vertices[:, 0]
    return np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2


@pytest.mark.parametrize("split", SPLITS)
def test_angles_are_20_to_100_degrees_and_come_near_both(split):
    found = angles(draw_vertices(split))
    assert len(found) == {"train": 60_000, "validation": 10_000, "test": 10_000}[split]
    np.testing.assert_allclose(found.sum(1), 180)
    assert 20 <= found.min() < 21
    assert 99 < found.max() <= 100


def test_vertices_lie_on_a_circle_around_the_same_centre_of_mass():
    vertices = draw_vertices("test")
    sides = np.linalg.norm(vertices - np.roll(vertices, 1, axis=1), axis=2)
    np.testing.assert_allclose(vertices.mean(1), 0.5)
    # The circle through the vertices has the radius a b c / (4 area).
    np.testing.assert_allclose(sides.prod(1) / (4 * areas(vertices)), RADIUS)
    assert vertices.min() > 0
    assert vertices.max() < 1


def test_smallest_area_is_that_of_the_smallest_triangle():
    found = areas(draw_vertices("train")).min()
    assert SMALLEST_AREA <= found < 1.05 * SMALLEST_AREA


def test_triangles_point_everywhere():
    # The first vertex, as seen from the middle: each of 36 directions has a share of 1/36.
    x, y = np.moveaxis(draw_vertices("train")[:, 0] - 0.5, 1, 0)
    counts = np.bincount((np.degrees(np.arctan2(y, x)) % 360 // 10).astype(int), minlength=36)
    assert np.abs(counts / 60_000 - 1 / 36).max() < 5 * np.sqrt(1 / 36 / 60_000)


def test_rendering_is_white_on_black_and_equals_pillows_at_32_times_the_size():
    vertices = draw_vertices("test")[:40]
    for image, corners in zip(render(vertices, 28)[:, 0], vertices, strict=True):
        canvas = Image.new("L", (28 * 32, 28 * 32))
        # Pillow's coordinates are of pixels' centres.
        ImageDraw.Draw(canvas).polygon([(x * 28 * 32 - 0.5, y * 28 * 32 - 0.5) for x, y in corners], fill=255)
        large = np.asarray(canvas, dtype=float).reshape(28, 32, 28, 32).mean((1, 3))
        np.testing.assert_allclose(image, large, atol=16)
        assert np.abs(image - large).mean() < 0.5
        assert (image[14, 14], image[0, 0]) == (255, 0)


@pytest.mark.parametrize("side", [8, 28, 64, 256])
def test_light_is_the_area_at_any_side(side):
    vertices = draw_vertices("test")[:100]
    images = TRIANGLES.read(NOWHERE, "test", side).part(0, 100)
    assert images.shape == (100, 1, side, side)
    np.testing.assert_allclose(images.mean((1, 2, 3)) / 255, areas(vertices), atol=0.005 * 8 / side)


def test_a_part_is_the_same_as_within_the_whole():
    content = TRIANGLES.read(NOWHERE, "validation", 28)
    whole = content.part(0, len(content.labels))
    assert whole.shape == (10_000, 1, 28, 28)
    assert whole.dtype == np.uint8
    assert np.array_equal(content.part(10, 20), whole[10:20])
    assert np.array_equal(content.part(50, 150), whole[50:150])


def test_images_never_change():
    parts = [TRIANGLES.read(NOWHERE, split, 28).part(0, 200).tobytes() for split in SPLITS]
    assert hashlib.sha256(b"".join(parts)).hexdigest() == SHA256


def test_splits_differ():
    drawn = np.concatenate([draw_vertices(split) for split in SPLITS]).reshape(-1, 6)
    assert len(np.unique(drawn, axis=0)) == 80_000


def test_has_no_labels_and_needs_no_files(tmp_path):
    content = TRIANGLES.read(tmp_path, "test", 28)
    assert (content.classes, content.labels.tolist()) == (1, [0] * 10_000)
    assert (TRIANGLES.files(tmp_path), TRIANGLES.problem(tmp_path)) == ((), None)
