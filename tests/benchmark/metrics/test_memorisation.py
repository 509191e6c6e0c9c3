import pytest
from comparisons import of_images

from benchmark.datasets.catalog import load_split
from benchmark.metrics.arithmetic.memorisation import memorisation
from benchmark.metrics.memorisation import MEMORISATION
from benchmark.scoring.features import extract


@pytest.fixture
def train(tmp_path):
    return load_split("digits", "train", tmp_path).images


def test_is_that_of_its_features(digits_cnn, test_images, generated, train):
    seen = extract(digits_cnn, train).pooled
    comparison = of_images(digits_cnn, generated, test_images, train=seen)
    found = MEMORISATION.function(comparison)
    expected = memorisation(comparison.generated, seen, comparison.real.features.pooled)
    assert (found["memorisation"], found["memorisation_z"]) == expected


def test_copies_are_found_out(digits_cnn, test_images, train):
    seen = extract(digits_cnn, train).pooled
    found = MEMORISATION.function(of_images(digits_cnn, train[:200], test_images, train=seen))
    assert found["memorisation"] == 1.0
    assert found["memorisation_z"] > 10
