"""Neighbours found by products of matrices are those that differences find, and copies lie at zero."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from benchmark.metrics.arithmetic import neighbours
from benchmark.metrics.arithmetic.neighbours import inside, nearest


def normal(count: int, size: int, seed: int, shift: float = 0.0) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed)) + shift


@pytest.mark.parametrize("shift", [0.0, 1000.0], ids=["centred", "far from the origin"])
@pytest.mark.parametrize("block", [1, 700, 2**24])
def test_nearest_are_scipys_whatever_the_blocks(block: int, shift: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "BLOCK", block)
    queries, references = normal(40, 9, 1, shift), normal(60, 9, 2, shift)
    distances, positions = nearest(queries, references, 3)
    expected = cdist(queries.double(), references.double())
    np.testing.assert_allclose(distances, np.sort(expected)[:, :3], rtol=1e-12)
    np.testing.assert_array_equal(positions, np.argsort(expected)[:, :3])


def test_copies_are_at_zero_exactly() -> None:
    references = normal(50, 200, 1, shift=30)
    distances, positions = nearest(references[10:20], references, 2)
    assert distances[:, 0].tolist() == [0.0] * 10
    assert positions[:, 0].tolist() == list(range(10, 20))
    assert (distances[:, 1] > 1).all()


@pytest.mark.parametrize("count", [0, 4])
def test_as_many_as_there_are_can_be_asked_for(count: int) -> None:
    assert nearest(normal(2, 5, 1), normal(3, 5, 2), 3)[0].shape == (2, 3)
    with pytest.raises(ValueError, match=f"{count} nearest of 3 features"):
        nearest(normal(2, 5, 1), normal(3, 5, 2), count)


@pytest.mark.parametrize("block", [1, 700, 2**24])
def test_balls_hold_what_scipys_distances_say(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "BLOCK", block)
    points, centres, radii = normal(50, 4, 1), normal(30, 4, 2), normal(30, 1, 3).abs().flatten().double() * 3
    held = torch.cat(list(inside(points, centres, radii)))
    np.testing.assert_array_equal(held, cdist(points.double(), centres.double()) <= radii.numpy())
    assert 0.1 < held.double().mean() < 0.9


def test_borders_belong_to_balls_whatever_rounding_does() -> None:
    points, centres = normal(200, 300, 1, shift=5), normal(1, 300, 2, shift=5)
    for point, radius in zip(points, nearest(points, centres, 1)[0].flatten(), strict=True):
        (held,) = inside(point[None], centres, radius[None])
        (without,) = inside(point[None], centres, radius[None] * (1 - 1e-9))
        assert (held.item(), without.item()) == (True, False)


def test_an_empty_ball_holds_copies_of_its_centre_alone() -> None:
    centres = normal(20, 100, 1, shift=5)
    (held,) = inside(torch.cat([centres, centres + 1e-3]), centres, torch.zeros(20, dtype=torch.float64))
    assert torch.equal(held, torch.cat([torch.eye(20), torch.zeros(20, 20)]).bool())


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_gpu_agrees_with_cpu() -> None:
    queries, references = normal(300, 64, 1, shift=20), normal(400, 64, 2, shift=20)
    distances, positions = nearest(queries.cuda(), references.cuda(), 5)
    expected, places = nearest(queries, references, 5)
    torch.testing.assert_close(distances.cpu(), expected, rtol=1e-12, atol=0)
    assert torch.equal(positions.cpu(), places)
    assert nearest(queries.cuda(), queries.cuda(), 1)[0].abs().max() == 0
    held = torch.cat(list(inside(queries.cuda(), references.cuda(), expected[0].repeat(80).cuda())))
    assert torch.equal(held.cpu(), torch.cat(list(inside(queries, references, expected[0].repeat(80)))))
