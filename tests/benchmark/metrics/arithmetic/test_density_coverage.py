"""Density and coverage: by hand, by plain loops, and what they are on average where both sets are alike."""

import numpy as np
import pytest
import torch
from torch import Tensor

from benchmark.metrics.arithmetic.density_coverage import density_and_coverage


def line(*places: float) -> Tensor:
    return torch.tensor(places).view(-1, 1)


def normal(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed))


def by_loops(generated: Tensor, real: Tensor, neighbours: int) -> tuple[float, float]:
    held, covered = 0, 0
    for i, centre in enumerate(real.double()):
        others = [float((centre - other).norm()) for j, other in enumerate(real.double()) if j != i]
        count = sum(float((centre - point).norm()) <= sorted(others)[neighbours - 1] for point in generated.double())
        held, covered = held + count, covered + (count > 0)
    return held / (neighbours * len(generated)), covered / len(real)


def test_by_hand() -> None:
    # The second neighbours of 0, 1, 3, 6 lie 3, 2, 3, 5 away: balls over -3..3, -1..3, 0..6 and 1..11.
    real, generated = line(0, 1, 3, 6), line(-2, 2, 20)
    # -2 lies in the first, 2 in all four, 20 in none.
    assert density_and_coverage(generated, real, neighbours=2) == (pytest.approx(5 / (2 * 3)), 1.0)
    assert density_and_coverage(line(-2, 20), real, neighbours=2) == (pytest.approx(1 / (2 * 2)), 1 / 4)


def test_a_few_points_at_a_time_are_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmark.metrics.arithmetic.neighbours.BLOCK", 4)  # one point against four centres
    assert density_and_coverage(line(-2, 2, 20), line(0, 1, 3, 6), neighbours=2) == (pytest.approx(5 / (2 * 3)), 1.0)
    assert density_and_coverage(line(2, -2, 20), line(0, 1, 3, 6), neighbours=2) == (pytest.approx(5 / (2 * 3)), 1.0)


def test_more_than_one_where_images_crowd_and_nothing_far_away() -> None:
    assert density_and_coverage(line(1, 1, 1), line(0, 1, 2), neighbours=1) == (3.0, 1.0)
    assert density_and_coverage(line(50, 60), line(0, 1, 2), neighbours=1) == (0.0, 0.0)


@pytest.mark.parametrize(("generated", "real", "neighbours"), [(40, 25, 5), (10, 30, 1), (30, 6, 5)])
def test_equal_to_plain_loops(generated: int, real: int, neighbours: int) -> None:
    fake, true = 1.2 * normal(generated, 3, 1), normal(real, 3, 2)
    assert density_and_coverage(fake, true, neighbours) == pytest.approx(by_loops(fake, true, neighbours), rel=1e-12)


def test_borders_belong_to_balls() -> None:
    # Both balls have radius 1: the one around 5 ends at 6.
    assert density_and_coverage(line(6), line(4, 5), neighbours=1) == (1.0, 0.5)


def test_copies_of_the_real_images_fill_every_ball_by_k_and_one() -> None:
    real = normal(60, 500, 1) + 20
    assert density_and_coverage(real.flip(0), real, neighbours=5) == (pytest.approx(6 / 5), 1.0)


def test_duplicates_are_covered_by_copies_alone() -> None:
    real = torch.cat([normal(1, 50, 1).repeat(6, 1), 100 + normal(6, 50, 2)])
    near, copy = real[:1] + 1e-3, real[:1]
    assert density_and_coverage(near, real, neighbours=5) == (0.0, 0.0)
    assert density_and_coverage(copy, real, neighbours=5) == (pytest.approx(6 / 5), 0.5)


@pytest.mark.parametrize(("generated", "real"), [(150, 150), (60, 200)])
def test_the_same_distribution_gives_what_theory_says(generated: int, real: int) -> None:
    scores = np.array(
        [density_and_coverage(normal(generated, 8, 2 * i), normal(real, 8, 2 * i + 1)) for i in range(60)]
    )
    missed = np.prod([(real - j) / (real + generated - j) for j in range(1, 6)])
    errors = scores.std(0, ddof=1) / 60**0.5
    assert (errors < 0.03).all()
    np.testing.assert_array_less(np.abs(scores.mean(0) - [1, 1 - missed]), 3.5 * errors)


def test_as_many_real_images_as_neighbours_are_too_few() -> None:
    with pytest.raises(ValueError, match="6 nearest of 5"):
        density_and_coverage(normal(10, 2, 1), normal(5, 2, 2))
