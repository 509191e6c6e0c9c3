"""The sliced distance beside SciPy's optimal transport in one dimension, and by hand."""

import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from torch import Tensor

from benchmark.metrics.arithmetic import sliced_distance as sliced
from benchmark.metrics.arithmetic.sliced_distance import (
    direction_blocks,
    sliced_distance,
    sorted_projections,
    unit_directions,
)


def draws(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def transported(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The least mean squared way from one set (N,) to the other (M,): a linear program over all plans."""
    count, other = len(ours), len(theirs)
    costs = (ours[:, None] - theirs[None, :]) ** 2
    leaves = np.kron(np.eye(count), np.ones(other))
    arrives = np.kron(np.ones(count), np.eye(other))
    masses = np.concatenate([np.full(count, 1 / count), np.full(other, 1 / other)])
    return linprog(costs.ravel(), A_eq=np.concatenate([leaves, arrives]), b_eq=masses).fun


@pytest.mark.parametrize(("count", "other"), [(9, 9), (9, 14), (6, 4), (12, 4), (1, 5)])
def test_is_the_least_cost_of_transport(count, other):
    ours, theirs = draws(count, 3, 1), draws(other, 3, 2) * 2 + 0.5
    directions = unit_directions(3, 4, seed=0)
    found = sliced_distance(sorted_projections(ours, directions), sorted_projections(theirs, directions))
    expected = [transported((ours @ u).numpy(), (theirs @ u).numpy()) for u in directions]
    assert found.tolist() == pytest.approx(expected, rel=1e-8)


def test_by_hand_where_one_set_has_two_and_the_other_three():
    """Quantiles are 0 to 1/2 and 6 after it, and 0, 3, 9 by thirds: pieces of 1/3, 1/6, 1/6 and 1/3."""
    ours, theirs = torch.tensor([[0.0, 6.0]]).double(), torch.tensor([[0.0, 3.0, 9.0]]).double()
    expected = 0 / 3 + 9 / 6 + 9 / 6 + 9 / 3
    assert sliced_distance(ours, theirs).item() == pytest.approx(expected, rel=1e-12)
    assert sliced_distance(theirs, ours).item() == pytest.approx(expected, rel=1e-12)


def test_each_image_many_times_changes_nothing():
    ours, theirs = draws(5, 2, 1), draws(7, 2, 2)
    directions = unit_directions(2, 8, seed=3)
    once, twice = (
        sliced_distance(*(sorted_projections(each.repeat(times, 1), directions) for each in (ours, theirs)))
        for times in (1, 2)
    )
    torch.testing.assert_close(twice, once, rtol=1e-12, atol=0)
    alike = sliced_distance(sorted_projections(ours, directions), sorted_projections(ours.repeat(3, 1), directions))
    assert alike.abs().max() < 1e-28


def test_directions_are_even_on_the_sphere_and_by_the_seed_alone():
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    directions = unit_directions(5, 20_000, seed=7)
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])
    torch.testing.assert_close(directions.norm(dim=1), torch.ones(20_000).double())
    # Second moments of the uniform distribution are I / D, with an error of 1 / root(20,000) of a fifth or so.
    torch.testing.assert_close(directions.T @ directions / 20_000, torch.eye(5).double() / 5, rtol=0, atol=0.006)
    assert directions.mean(0).abs().max() < 0.015
    assert torch.equal(directions, unit_directions(5, 20_000, seed=7))
    assert not torch.equal(directions, unit_directions(5, 20_000, seed=8))


def test_projections_of_single_precision_ascend_in_double():
    features = torch.tensor([[3.0, 1.0], [1.0, 2.0], [2.0, 4.0]])
    found = sorted_projections(features, torch.tensor([[1.0, 0.0], [0.6, -0.8]], dtype=torch.float64))
    expected = torch.tensor([[1.0, 2.0, 3.0], [-2.0, -1.0, 1.0]]).double()
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_blocks_of_directions_fit_into_memory(monkeypatch):
    monkeypatch.setattr(sliced, "BLOCK", 30)
    directions = unit_directions(2, 7, seed=0)
    blocks = list(direction_blocks(directions, 10))
    assert [len(block) for block in blocks] == [3, 3, 1]
    assert torch.equal(torch.cat(blocks), directions)
    assert [len(block) for block in direction_blocks(directions, 31)] == [1] * 7
