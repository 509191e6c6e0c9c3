"""The Fréchet distance: by hand, against torch-fidelity, and where there are fewer images than features."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_features_to_statistics, fid_statistics_to_metric

from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments, root


def correlated(images: int, features: int, seed: int, scale: float = 1.0) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    mixing = torch.randn(features, features, generator=torch.Generator().manual_seed(9)) / features**0.5
    return (scale * torch.randn(images, features, generator=draw) @ mixing + 0.05 * seed).relu()


def distance(ours: Tensor, theirs: Tensor) -> float:
    other = moments(theirs)
    return frechet_distance(moments(ours), other, root(other[1]))


def test_diagonal_gaussians_by_hand() -> None:
    """|(1, 2)|^2 + (2 - 1)^2 + (3 - 2)^2: where covariances commute, standard deviations are subtracted."""
    ours = torch.zeros(2).double(), torch.diag(torch.tensor([4.0, 9.0])).double()
    theirs = torch.tensor([1.0, 2.0]).double(), torch.diag(torch.tensor([1.0, 4.0])).double()
    assert frechet_distance(ours, theirs, root(theirs[1])) == pytest.approx(7.0, abs=1e-12)


def test_moments_are_numpys() -> None:
    features = correlated(50, 7, seed=1)
    mean, covariance = moments(features)
    np.testing.assert_allclose(mean.numpy(), features.double().numpy().mean(0), atol=1e-14)
    np.testing.assert_allclose(covariance.numpy(), np.cov(features.double().numpy(), rowvar=False), atol=1e-14)


def test_a_root_squared_is_the_covariance() -> None:
    _, covariance = moments(correlated(80, 12, seed=1))
    half = root(covariance)
    torch.testing.assert_close(half @ half, covariance, rtol=0, atol=1e-13)
    torch.testing.assert_close(half, half.T, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("images", "features", "relative"), [(400, 64, 1e-10), (40, 64, 1e-6)], ids=["many images", "fewer than features"]
)
def test_equals_torch_fidelity(images: int, features: int, relative: float) -> None:
    ours, theirs = correlated(images, features, seed=1), correlated(images - 7, features, seed=2, scale=1.2)
    statistics = [fid_features_to_statistics(values.double()) for values in (ours, theirs)]
    expected = fid_statistics_to_metric(*statistics, verbose=False)[KEY_METRIC_FID]
    assert distance(ours, theirs) == pytest.approx(expected, rel=relative)


def test_is_symmetric_and_zero_for_the_same() -> None:
    ours, theirs = correlated(300, 16, seed=1), correlated(200, 16, seed=2)
    assert distance(ours, theirs) == pytest.approx(distance(theirs, ours), rel=1e-10)
    assert distance(ours, ours) == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("images", [8, 40, 200])
def test_a_set_beside_itself_is_never_below_zero(images: int) -> None:
    """Rounding gave -8e-8: clamped, so that some of these are 0 to the last digit."""
    found = [distance(features, features) for features in (correlated(images, 32, seed) for seed in range(1, 21))]
    assert min(found) == 0.0
    assert max(found) < 1e-5


def test_what_is_no_number_stays_none() -> None:
    features = correlated(50, 7, seed=1)
    mean, covariance = moments(features)
    assert np.isnan(frechet_distance((mean * np.nan, covariance), (mean, covariance), root(covariance)))
