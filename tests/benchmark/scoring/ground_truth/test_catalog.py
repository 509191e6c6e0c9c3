from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmark.datasets.coverage import coverage
from benchmark.datasets.gaussians import GAUSSIANS_GRID, GAUSSIANS_RING
from benchmark.datasets.stacked_digits import STACKED_DIGITS
from benchmark.datasets.triangles import TRIANGLES, draw_vertices
from benchmark.metrics.evidence import Evidence, Inverted
from benchmark.scoring.ground_truth.catalog import GROUND_TRUTHS, find_ground_truth


def real(dataset, count: int) -> Tensor:
    return torch.from_numpy(dataset.read(Path("nowhere"), "test", dataset.resolution).part(0, count))


def scores_of_real(dataset, count: int) -> dict[str, float]:
    images = real(dataset, count)
    return find_ground_truth(dataset.name)(Evidence(images, images))


@pytest.mark.parametrize(("dataset", "modes"), [(GAUSSIANS_RING, 8), (GAUSSIANS_GRID, 25)])
def test_real_dots_cover_their_own_modes(dataset, modes):
    scores = scores_of_real(dataset, 400)
    assert set(scores) == {"modes", "high_quality", "modes_kl"}
    assert scores["modes"] == modes
    assert scores["high_quality"] > 0.95


def test_real_stacks_cover_as_many_modes_as_so_many_images_can():
    scores = scores_of_real(STACKED_DIGITS, 400)
    assert set(scores) == {"modes", "modes_kl"}
    assert scores["modes"] == pytest.approx(1000 * (1 - 0.999**400), abs=40)


def test_real_triangles_are_precise_and_their_maker_recalls_all():
    def triangles(latents: Tensor) -> Tensor:
        return 2 * coverage((latents.view(-1, 3, 2) / 4 + 0.5) * 28, torch.arange(28.0))[:, None] - 1

    images = real(TRIANGLES, 20)
    assert find_ground_truth("triangles")(Evidence(images, images)) == {"manifold_precision": 1}
    latents = torch.from_numpy(4 * (draw_vertices("train")[:1000] - 0.5)).float().flatten(1)
    assert find_ground_truth("triangles")(Evidence(images, images, Inverted(triangles, latents))) == {
        "manifold_precision": 1,
        "manifold_recall": 1,
        "manifold_error": 0,
    }


def test_other_data_sets_have_no_truth():
    assert find_ground_truth("mnist") is None
    assert list(GROUND_TRUTHS) == ["gaussians-ring", "gaussians-grid", "stacked-digits", "triangles"]
