from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d

from benchmark.datasets.triangles import TRIANGLES, draw_vertices, render
from benchmark.scoring.ground_truth.triangle_manifold import manifold_distances, manifold_precision, threshold


def real(count: int, side: int = 28) -> torch.Tensor:
    return torch.from_numpy(TRIANGLES.read(Path("nowhere"), "test", side).part(0, count))


def precision(images: torch.Tensor) -> float:
    return manifold_precision(images)["manifold_precision"]


def drawn(inside, count: int = 12, side: int = 28) -> torch.Tensor:
    """Images of a shape, moved and scaled: inside(x, y) of coordinates from -1 to 1 at four points a pixel's side."""
    draw = np.random.RandomState(0)
    middles = (np.arange(side * 4) + 0.5) / 4
    images = []
    for _ in range(count):
        size, (across, down) = draw.uniform(0.25, 0.4) * side, draw.uniform(0.45, 0.55, 2) * side
        x, y = np.meshgrid((middles - across) / size, (middles - down) / size)
        images.append(inside(x, y).reshape(side, 4, side, 4).mean((1, 3)))
    return torch.from_numpy(np.rint(255 * np.stack(images)[:, None]).astype(np.uint8))


def two_triangles() -> torch.Tensor:
    left, right = (draw_vertices(split)[:12] / 2 + [offset, 0.25] for split, offset in (("test", 0.0), ("train", 0.5)))
    return torch.from_numpy(np.maximum(render(left, 28), render(right, 28)))


def thin_triangles() -> torch.Tensor:
    """With an angle of about 8 degrees."""
    corners = np.array([[0.1, 0.5], [0.9, 0.44], [0.9, 0.56]])
    return torch.from_numpy(render(corners + np.random.RandomState(0).uniform(-0.02, 0.02, (12, 1, 2)), 28))


WRONG = {
    "squares": drawn(lambda x, y: np.maximum(abs(x), abs(y)) < 0.8),
    "diamonds": drawn(lambda x, y: abs(x) + abs(y) < 1),
    "circles": drawn(lambda x, y: x**2 + y**2 < 0.8),
    "rings": drawn(lambda x, y: abs(x**2 + y**2 - 0.7) < 0.25),
    "noise": torch.randint(0, 256, (12, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)),
    "blank": torch.zeros(3, 1, 28, 28, dtype=torch.uint8),
    "white": torch.full((3, 1, 28, 28), 255, dtype=torch.uint8),
    "two triangles": two_triangles(),
    "thin triangles": thin_triangles(),
    "tiny triangles": torch.from_numpy(render((draw_vertices("test")[:12] - 0.5) / 3 + 0.5, 28)),
    "black on white": 255 - real(12),
    "half as bright": real(12) // 2,
    "smeared": avg_pool2d(real(12).float(), 5, 1, 2).to(torch.uint8),
}


def test_every_triangle_of_the_test_split_is_on_the_manifold():
    distances = manifold_distances(real(10_000))
    assert distances.max() < 0.1
    assert precision(real(10_000)) == 1


@pytest.mark.parametrize("side", [16, 64])
def test_so_it_is_at_other_sides(side):
    assert precision(real(300, side)) == 1
    assert threshold(side) == pytest.approx(0.75 * (side / 28) ** 2)


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_triangle_is_off_the_manifold(kind):
    assert precision(WRONG[kind]) == 0


def test_precision_is_the_share_of_triangles():
    images = torch.cat([real(30), WRONG["squares"][:10]])
    assert precision(images) == 0.75


def test_triangles_elsewhere_and_of_other_sizes_are_on_the_manifold():
    draw = np.random.RandomState(0)
    moved = (draw_vertices("validation")[:200] - 0.5) * draw.uniform(1.0, 1.1, (200, 1, 1)) + 0.5
    moved += draw.uniform(-0.05, 0.05, (200, 1, 2))
    inside = moved[((moved > 0) & (moved < 1)).all((1, 2))]
    assert len(inside) > 50
    assert precision(torch.from_numpy(render(inside, 28))) == 1


def test_faint_noise_does_not_move_an_image_off_the_manifold():
    images = real(200).float()
    noise = 6 * torch.randn(images.shape, generator=torch.Generator().manual_seed(0))
    assert precision((images + noise).clamp(0, 255).round().to(torch.uint8)) == 1


def test_distance_is_that_of_the_pixel_that_was_changed():
    images = real(50)
    images[:, 0, 0, 0] = 255  # far from any triangle, and more than the threshold
    np.testing.assert_allclose(manifold_distances(images), 1.0, atol=0.02)
    assert precision(images) == 0
    images[:, 0, 0, 0] = 120
    assert precision(images) == 1
    assert manifold_distances(images).min() > (120 / 255) ** 2 - 0.01


def test_single_pixels_anywhere_do_not_lead_the_fit_astray():
    images = real(100)
    places = np.random.RandomState(0).randint(0, 28, (100, 2))
    images[torch.arange(100), 0, *torch.from_numpy(places.T)] = 200
    assert precision(images) == 1  # (200/255)^2 = 0.62 where it was black


def test_descent_mends_a_poor_start():
    """A patch of light that moves the moments, but costs less than the threshold."""
    images = real(100).clone()
    images[:, 0, :4, :4] = images[:, 0, :4, :4].clamp(min=50)  # 16 (50/255)^2 = 0.62
    assert precision(images) == 1


def test_repeats_itself_and_works_within_inference_mode():
    images = torch.cat([WRONG["squares"], real(12)])
    first = manifold_distances(images)
    with torch.inference_mode():
        assert torch.equal(manifold_distances(images.clone()), first)
    assert (first[:12] > 10 * threshold(28)).all()
