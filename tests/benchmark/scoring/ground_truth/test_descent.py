import pytest
import torch

from benchmark.scoring.ground_truth.descent import least_distances


def bowls(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The squared distance from (1, 2), and the same as a distance."""
    squares = (points - torch.tensor([1.0, 2.0])).square().sum(1)
    return squares, squares.detach()


def test_finds_the_least_from_every_start():
    starts = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, -1.0]])
    assert least_distances(bowls, starts, steps=200, rate=0.1).max() < 1e-3


def test_the_least_on_the_way_counts():
    # The rate is so large that the first step leaves the optimum far behind.
    assert least_distances(bowls, torch.tensor([[1.01, 2.0]]), steps=1, rate=50.0).item() == pytest.approx(
        1e-4, rel=0.01
    )


def test_what_is_not_allowed_is_infinite_until_left():
    def measure(points):
        squares, _ = bowls(points)
        return squares, squares.detach().where(points[:, 0] > 0.5, torch.inf)

    starts = torch.tensor([[0.0, 2.0], [-100.0, 2.0]])
    near, never = least_distances(measure, starts, steps=100, rate=0.1)
    assert near < 1e-3
    assert never == torch.inf


def test_rows_do_not_meddle_and_starts_are_kept():
    starts = torch.tensor([[0.0, 0.0], [5.0, 5.0]])
    together = least_distances(bowls, starts, steps=7, rate=0.1)
    alone = torch.cat([least_distances(bowls, start[None], steps=7, rate=0.1) for start in starts])
    assert torch.equal(together, alone)
    assert starts.tolist() == [[0, 0], [5, 5]]
    assert not starts.requires_grad


def test_works_within_inference_mode():
    with torch.inference_mode():
        assert least_distances(bowls, torch.zeros(1, 2), steps=200, rate=0.1).item() < 1e-3
