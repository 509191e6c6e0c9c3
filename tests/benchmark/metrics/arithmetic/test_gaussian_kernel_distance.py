"""The discrepancy beside NumPy, by hand, and where theory knows it: between two Gaussians."""

import numpy as np
import pytest
import torch
from torch import Tensor

from benchmark.metrics.arithmetic import gaussian_kernel_distance as kernels
from benchmark.metrics.arithmetic.gaussian_kernel_distance import mean_kernel, squared_discrepancy


def draws(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def discrepancy(ours: Tensor, theirs: Tensor, sigma: float) -> float:
    return squared_discrepancy(ours, theirs, sigma, mean_kernel(theirs, theirs, sigma))


def in_numpy(ours: np.ndarray, theirs: np.ndarray, sigma: float) -> float:
    def mean(left: np.ndarray, right: np.ndarray) -> float:
        squares = ((left[:, None, :] - right[None, :, :]) ** 2).sum(2)
        return float(np.exp(-squares / (2 * sigma**2)).mean())

    return mean(ours, ours) + mean(theirs, theirs) - 2 * mean(ours, theirs)


def expected_kernel(way: np.ndarray, covariance: np.ndarray, sigma: float) -> float:
    """E exp(-|z|^2 / (2 sigma^2)) of z ~ N(way, covariance): a Gaussian integral."""
    wider = covariance + sigma**2 * np.eye(len(way))
    return float(
        np.exp(-way @ np.linalg.solve(wider, way) / 2) / np.sqrt(np.linalg.det(wider / sigma**2)),
    )


@pytest.mark.parametrize("sigma", [0.5, 2.0, 10.0])
@pytest.mark.parametrize(("count", "other"), [(30, 30), (7, 25), (1, 4)])
def test_equals_numpy(count, other, sigma):
    ours, theirs = draws(count, 4, 1) * 1.5, draws(other, 4, 2) + 0.4
    expected = in_numpy(ours.numpy(), theirs.numpy(), sigma)
    assert discrepancy(ours, theirs, sigma) == pytest.approx(expected, rel=1e-9, abs=1e-14)


def test_two_images_and_one_by_hand():
    """At 0 and 2 beside 0, sigma 1: (2 + 2 e^-2) / 4 + 1 - 2 (1 + e^-2) / 2 = (1 - e^-2) / 2."""
    ours, theirs = torch.tensor([[0.0], [2.0]]), torch.tensor([[0.0]])
    assert mean_kernel(ours, theirs, 1.0) == pytest.approx((np.exp(-2) - 1) / 2, rel=1e-12)
    assert discrepancy(ours, theirs, 1.0) == pytest.approx((1 - np.exp(-2)) / 2, rel=1e-12)


@pytest.mark.parametrize(("scale", "way"), [(1.0, 0.0), (1.0, 0.6), (1.6, 0.3)])
def test_of_two_gaussians_it_is_the_closed_form(scale, way):
    count, other, size, sigma = 2000, 3000, 5, 3.0
    delta, unit = np.full(size, way), np.eye(size)
    ours, theirs = draws(count, size, 1) * scale + way, draws(other, size, 2)
    within = expected_kernel(0 * delta, 2 * scale**2 * unit, sigma)
    among = expected_kernel(0 * delta, 2 * unit, sigma)
    between = expected_kernel(delta, (1 + scale**2) * unit, sigma)
    # Of N N pairs N are of an image with itself, where the kernel is 1.
    theory = within + (1 - within) / count + among + (1 - among) / other - 2 * between
    found = discrepancy(ours, theirs, sigma)
    assert theory > 3e-4
    assert found == pytest.approx(theory, rel=0.08, abs=2e-4)


def test_of_a_set_and_itself_is_nothing():
    features = draws(40, 6, 1)
    assert discrepancy(features, features, 2.0) == pytest.approx(0, abs=1e-14)
    assert discrepancy(features, features.flip(0), 2.0) >= 0


def test_near_neighbours_keep_their_digits():
    """Features 1e-6 apart: the kernel is 1 - 1e-14 there, of which 1 - k keeps two digits, and expm1 all."""
    ours, theirs = torch.zeros(1, 1).double(), torch.full((1, 1), 1e-6).double()
    assert mean_kernel(ours, theirs, 10.0) == pytest.approx(-(1e-12) / 200, rel=1e-6)


def test_blocks_change_nothing_but_memory(monkeypatch):
    ours, theirs = draws(23, 4, 1).float(), draws(11, 4, 2).float()
    whole = mean_kernel(ours, theirs, 2.0)
    monkeypatch.setattr(kernels, "BLOCK", 30)
    assert mean_kernel(ours, theirs, 2.0) == pytest.approx(whole, rel=1e-13)
    monkeypatch.setattr(kernels, "BLOCK", 5)
    assert mean_kernel(ours, theirs, 2.0) == pytest.approx(whole, rel=1e-13)
