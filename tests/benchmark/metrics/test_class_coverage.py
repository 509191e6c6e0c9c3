import pytest
from comparisons import of_images

from benchmark.datasets.catalog import load_split
from benchmark.metrics.arithmetic.class_coverage import class_coverage
from benchmark.metrics.class_coverage import CLASS_COVERAGE


@pytest.fixture
def test_set(tmp_path):
    return load_split("digits", "test", tmp_path)


def test_is_that_of_its_features(digits_cnn, test_set, generated):
    comparison = of_images(digits_cnn, generated, test_set.images, labels=test_set.labels)
    found = CLASS_COVERAGE.function(comparison)
    pooled = comparison.real.features.pooled
    expected = class_coverage(comparison.generated, pooled, test_set.labels, 10)
    assert (found["classes_covered"], found["classes_kl"]) == expected


def test_real_images_of_three_classes_cover_three(digits_cnn, test_set):
    some = test_set.images[test_set.labels < 3]
    found = CLASS_COVERAGE.function(of_images(digits_cnn, some, test_set.images, labels=test_set.labels))
    assert found["classes_covered"] == 3
    # Three classes of about a tenth each: ln(10 / 3).
    assert found["classes_kl"] == pytest.approx(1.204, abs=0.03)
