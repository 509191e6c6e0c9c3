"""Classes covered: by hand, against SciPy's entropy, and on digits."""

import math

import pytest
import torch
from scipy.stats import entropy
from torch import Tensor

from benchmark.datasets.catalog import load_split
from benchmark.metrics.arithmetic.class_coverage import class_coverage
from benchmark.scoring.features import extract

CLUSTERS = 10 * torch.eye(4)


def cluster(counts: list[int], seed: int) -> tuple[Tensor, Tensor]:
    """So many features around each of four corners, and which."""
    labels = torch.arange(4).repeat_interleave(torch.tensor(counts))
    return CLUSTERS[labels] + torch.randn(len(labels), 4, generator=torch.Generator().manual_seed(seed)), labels


def test_equal_to_scipys_entropy_of_the_shares() -> None:
    real, labels = cluster([10, 20, 30, 40], 1)
    generated, _ = cluster([40, 0, 3, 7], 2)
    covered, divergence = class_coverage(generated, real, labels, 4)
    assert covered == 3.0
    assert divergence == pytest.approx(entropy([40, 0, 3, 7], [10, 20, 30, 40]), rel=1e-12)


def test_one_class_of_four_as_frequent_ones_is_the_logarithm_of_four() -> None:
    real, labels = cluster([25, 25, 25, 25], 1)
    assert class_coverage(cluster([0, 0, 9, 0], 2)[0], real, labels, 4) == (1.0, pytest.approx(math.log(4)))


def test_the_same_shares_are_nothing_apart() -> None:
    real, labels = cluster([3, 5, 7, 11], 1)
    assert class_coverage(cluster([6, 10, 14, 22], 2)[0], real, labels, 4) == (4.0, pytest.approx(0, abs=1e-15))


def test_a_class_without_real_images_is_never_covered() -> None:
    real, labels = cluster([10, 10, 10, 0], 1)
    covered, divergence = class_coverage(cluster([5, 5, 5, 5], 2)[0], real, labels, 4)
    assert covered == 3.0
    assert math.isfinite(divergence)


def test_fair_draws_differ_by_chance_as_theory_says() -> None:
    real, labels = cluster([50, 50, 50, 50], 1)
    draws = torch.Generator().manual_seed(2)
    divergences = []
    for seed in range(100):
        counts = torch.randint(0, 4, (200,), generator=draws).bincount(minlength=4).tolist()
        divergences.append(class_coverage(cluster(counts, seed)[0], real, labels, 4)[1])
    # Half of chi-squared with 3 degrees of freedom, over 200: mean 3 / 400 and deviation 6^0.5 / 400.
    assert sum(divergences) / 100 == pytest.approx(3 / 400, abs=4 * 6**0.5 / 400 / 10)


def test_validation_digits_fall_in_their_own_classes(digits_cnn, tmp_path) -> None:
    held, test = load_split("digits", "validation", tmp_path), load_split("digits", "test", tmp_path)
    generated, real = (extract(digits_cnn, torch.as_tensor(part.images)).pooled for part in (held, test))
    labels = torch.as_tensor(test.labels)
    for digit in range(10):
        covered, divergence = class_coverage(generated[torch.as_tensor(held.labels) == digit], real, labels, 10)
        share = (labels == digit).double().mean().item()
        assert covered <= 4
        assert divergence == pytest.approx(-math.log(share), abs=0.25)
    assert class_coverage(generated, real, labels, 10) == (10.0, pytest.approx(0, abs=0.03))


def test_no_images_are_refused() -> None:
    real, labels = cluster([2, 2, 2, 2], 1)
    with pytest.raises(ValueError, match="0 generated images"):
        class_coverage(real[:0], real, labels, 4)
