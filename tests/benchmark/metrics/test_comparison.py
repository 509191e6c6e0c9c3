import torch
from comparisons import gaussian, of_features


def test_the_root_of_the_covariance_is_its_root_and_computed_once():
    features = of_features(gaussian(5, 3, 0), gaussian(40, 3, 1)).real.features
    torch.testing.assert_close(features.sigma_root @ features.sigma_root, features.sigma)
    assert features.sigma_root is features.sigma_root


def test_distances_are_computed_where_the_statistics_are():
    comparison = of_features(gaussian(5, 3, 0), gaussian(40, 3, 1))
    (moved,) = comparison.on_device(comparison.generated)
    assert moved.device == comparison.device == comparison.real.features.mu.device
