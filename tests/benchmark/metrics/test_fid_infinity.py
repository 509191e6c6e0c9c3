import pytest
from comparisons import gaussian, of_features, of_images

from benchmark.metrics.arithmetic.extrapolated_distance import extrapolated
from benchmark.metrics.fid import FID
from benchmark.metrics.fid_infinity import FID_INFINITY


def test_is_that_of_its_features(digits_cnn, test_images, generated):
    comparison = of_images(digits_cnn, generated, test_images)
    real = comparison.real.features
    found = FID_INFINITY.function(comparison)
    expected = extrapolated(comparison.generated, real.mu, real.sigma, real.sigma_root)
    assert (found["fid_infinity"], found["fid_infinity_error"]) == expected


def test_of_one_distribution_is_zero_where_fid_is_not():
    comparison = of_features(gaussian(2000, 20, 1), gaussian(50_000, 20, 2))
    found = FID_INFINITY.function(comparison)
    assert FID.function(comparison)["fid"] > 0.05
    assert found["fid_infinity"] == pytest.approx(0, abs=3 * found["fid_infinity_error"])


def test_needs_four_images_a_feature_and_four_more():
    assert FID_INFINITY.fewest_images is not None
    assert FID_INFINITY.fewest_images(64) == 260
