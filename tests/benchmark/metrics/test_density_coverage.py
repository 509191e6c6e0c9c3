import pytest
import torch
from comparisons import gaussian, of_features, of_images

from benchmark.metrics.arithmetic.density_coverage import density_and_coverage
from benchmark.metrics.density_coverage import DENSITY_COVERAGE


def test_is_that_of_its_features(digits_cnn, test_images, generated):
    comparison = of_images(digits_cnn, generated, test_images)
    found = DENSITY_COVERAGE.function(comparison)
    expected = density_and_coverage(comparison.generated, comparison.real.features.pooled)
    assert (found["density"], found["coverage"]) == expected


def test_counts_generated_in_density_and_real_in_coverage():
    # The balls of 0 .. 9 with five neighbours reach 5, 4, 3, 3, 3, 3, 3, 3, 4, 5: 0 lies in those of 0, 1, 2 and 3.
    real, fake = torch.arange(10.0).view(-1, 1), torch.zeros(7, 1)
    found = DENSITY_COVERAGE.function(of_features(fake, real))
    assert found == {"density": pytest.approx(4 / 5), "coverage": pytest.approx(4 / 10)}


def test_of_one_distribution_has_a_density_of_one():
    found = DENSITY_COVERAGE.function(of_features(gaussian(1000, 4, 1), gaussian(1000, 4, 2)))
    assert found["density"] == pytest.approx(1, abs=0.1)
    assert found["coverage"] == pytest.approx(0.97, abs=0.03)
