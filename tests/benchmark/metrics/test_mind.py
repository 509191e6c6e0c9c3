"""MIND beside NumPy, and where theory knows it."""

from unittest.mock import Mock

import numpy as np
import pytest
import torch
from comparisons import gaussian, of_features, of_images
from scipy.stats import wasserstein_distance

from benchmark.metrics.arithmetic import sliced_distance
from benchmark.metrics.mind import DIRECTIONS, MIND, SEED


def in_numpy(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Of sets of one size, a direction after another."""
    drawn = np.random.RandomState(2020).standard_normal((1000, ours.shape[1]))
    squares = []
    for direction in drawn:
        unit = direction / np.sqrt((direction**2).sum())
        squares.append(np.mean((np.sort(ours @ unit) - np.sort(theirs @ unit)) ** 2))
    return 3 * ours.shape[1] * float(np.mean(squares))


def test_equals_numpy():
    ours, theirs = gaussian(80, 6, 1) * 1.5 + 0.3, gaussian(80, 6, 2)
    found = MIND.function(of_features(ours, theirs))
    assert found == {"mind": pytest.approx(in_numpy(ours.numpy(), theirs.numpy()), rel=1e-10)}


def test_of_images_is_that_of_their_features(digits_cnn, test_images, generated):
    comparison = of_images(digits_cnn, generated, test_images[: len(generated)])
    ours, theirs = (each.double().numpy() for each in (comparison.generated, comparison.real.features.pooled))
    assert MIND.function(comparison) == {"mind": pytest.approx(in_numpy(ours, theirs), rel=1e-10)}


def test_of_images_that_are_moved_is_three_times_the_square_of_the_way():
    """Each is moved alike, so distances are (u . delta)^2, whose mean over all directions is |delta|^2 / D."""
    real, delta = gaussian(200, 8, 1), torch.linspace(-1, 2, 8).double()
    theory = 3 * delta.square().sum().item()
    chance = (2 / DIRECTIONS) ** 0.5
    assert MIND.function(of_features(real + delta, real))["mind"] == pytest.approx(theory, rel=3 * chance)


def test_of_two_gaussians_that_differ_in_mean_alone():
    """Draws of their own: what chance adds is the distance of two draws of one, which falls with their number."""
    delta = torch.linspace(-1, 2, 8).double()
    real, fake = gaussian(5000, 8, 1), gaussian(5000, 8, 2)
    found = MIND.function(of_features(fake + delta, real))["mind"]
    floor = MIND.function(of_features(fake, real))["mind"]
    assert floor < 0.05
    assert found == pytest.approx(3 * delta.square().sum().item(), rel=3 * (2 / DIRECTIONS) ** 0.5)


def test_of_two_gaussians_that_differ_in_size_alone():
    """Along any direction they are N(0, 1) and N(0, s^2), (s - 1)^2 apart: chance has no part in directions."""
    found = MIND.function(of_features(gaussian(5000, 5, 1) * 3, gaussian(5000, 5, 2)))["mind"]
    assert found == pytest.approx(3 * 5 * 2**2, rel=0.06)


def test_of_one_feature_scipy_bounds_it():
    """In one dimension all directions are one: three times the squared distance, no less than that of means squared."""
    ours, theirs = gaussian(40, 1, 1) * 2 + 1, gaussian(25, 1, 2)
    found = MIND.function(of_features(ours, theirs))["mind"]
    assert found >= 3 * wasserstein_distance(ours[:, 0].numpy(), theirs[:, 0].numpy()) ** 2
    # Here one set is the other, moved: SciPy's distance of order 1 and the root of that of order 2 are the same.
    moved = MIND.function(of_features(theirs + 0.7, theirs))["mind"]
    assert moved == pytest.approx(3 * wasserstein_distance(theirs[:, 0] + 0.7, theirs[:, 0]) ** 2, rel=1e-9)


def test_other_numbers_of_images_leave_none_out():
    ours, theirs = gaussian(60, 4, 1) + 0.5, gaussian(40, 4, 2)
    whole = in_numpy(ours.repeat(2, 1).numpy(), theirs.repeat(3, 1).numpy())
    assert MIND.function(of_features(ours, theirs)) == {"mind": pytest.approx(whole, rel=1e-10)}


def test_in_blocks_of_directions_it_is_the_same(monkeypatch):
    comparison = of_features(gaussian(30, 4, 1) + 0.5, gaussian(50, 4, 2))
    whole = MIND.function(comparison)
    monkeypatch.setattr(sliced_distance, "BLOCK", 80 * 300)
    fresh = of_features(comparison.generated, comparison.real.features.pooled)
    assert MIND.function(fresh) == {"mind": pytest.approx(whole["mind"], rel=1e-12)}
    # Too much to keep: nothing but the directions is.
    assert list(fresh.real.features._known) == ["directions"]


def test_what_depends_on_the_real_images_alone_is_computed_once(monkeypatch):
    comparison = of_features(gaussian(30, 4, 1) + 0.5, gaussian(50, 4, 2))
    first = MIND.function(comparison)
    projected, drawn = Mock(wraps=sliced_distance.sorted_projections), Mock(wraps=sliced_distance.unit_directions)
    monkeypatch.setattr(sliced_distance, "sorted_projections", projected)
    monkeypatch.setattr(sliced_distance, "unit_directions", drawn)
    assert MIND.function(comparison) == first
    assert not drawn.called
    assert [len(call.args[0]) for call in projected.call_args_list] == [30]


def test_its_constants_are_those_of_the_page():
    assert (SEED, DIRECTIONS) == (2020, 1000)
