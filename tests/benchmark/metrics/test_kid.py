from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from comparisons import Pooled, gaussian, of_features, of_images
from torchmetrics.image.kid import KernelInceptionDistance

from benchmark.metrics.arithmetic import kernel_distance
from benchmark.metrics.kid import KID, subset_size


def test_of_whole_sets_equals_torchmetrics(digits_cnn, test_images, generated):
    """Subsets as large as the sets: any other would be drawn in another way."""
    metric = KernelInceptionDistance(feature=Pooled(digits_cnn), subsets=2, subset_size=300).set_dtype(torch.float64)
    metric.update(test_images[:300].repeat(1, 3, 1, 1), real=True)
    metric.update(generated.repeat(1, 3, 1, 1), real=False)
    ours = KID.function(of_images(digits_cnn, generated, test_images[:300], kid_subset_size=300))
    assert ours["kid"] == pytest.approx(metric.compute()[0].item(), rel=1e-5)


def test_of_whole_sets_is_the_unbiased_estimate():
    real, fake = gaussian(12, 3, 1), gaussian(12, 3, 2) + 0.5

    def kernel(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return (a @ b.T / 3 + 1) ** 3

    within = sum((kernel(x, x).sum() - kernel(x, x).trace()) / (12 * 11) for x in (real, fake))
    expected = (within - 2 * kernel(real, fake).mean()).item()
    # Subsets as large as the sets, which is where the size asked for is capped, are always the sets themselves.
    found = KID.function(of_features(fake, real, kid_subset_size=200))
    assert found == {"kid": pytest.approx(expected, rel=1e-9), "kid_std": pytest.approx(0, abs=1e-9)}


def test_sets_too_large_to_be_compared_whole_get_the_same_from_torch_fidelity(monkeypatch):
    comparison = of_features(gaussian(90, 6, 1), gaussian(60, 6, 2) + 0.3, kid_subset_size=25)
    at_once = KID.function(comparison)
    monkeypatch.setattr(kernel_distance, "MOST_IMAGES", 149)
    monkeypatch.setattr(kernel_distance, "subset_distances", None)
    assert KID.function(comparison) == {name: pytest.approx(value, rel=1e-9) for name, value in at_once.items()}
    monkeypatch.setattr(kernel_distance, "MOST_IMAGES", 150)
    with pytest.raises(TypeError, match="NoneType"):
        KID.function(comparison)


def test_its_subsets_are_torch_fidelity_s_hundred_by_the_seed_2020():
    real, fake = gaussian(60, 6, 2) + 0.3, gaussian(90, 6, 1)
    draws, values = np.random.RandomState(2020), []
    for _ in range(100):
        x, y = fake[draws.choice(90, 25, replace=False)], real[draws.choice(60, 25, replace=False)]
        within, between = (
            [((each @ each.T / 6 + 1) ** 3).fill_diagonal_(0).sum() for each in (x, y)],
            (x @ y.T / 6 + 1) ** 3,
        )
        values.append(((within[0] + within[1]) / (25 * 24) - 2 * between.mean()).item())
    found = KID.function(of_features(fake, real, kid_subset_size=25))
    assert found == {
        "kid": pytest.approx(np.mean(values), rel=1e-9),
        "kid_std": pytest.approx(np.std(values), rel=1e-9),
    }


def test_what_depends_on_the_real_images_alone_is_computed_once(monkeypatch):
    comparison = of_features(gaussian(90, 6, 1), gaussian(60, 6, 2) + 0.3, kid_subset_size=25)
    first = KID.function(comparison)
    assert KID.function(comparison) == first
    drawn = Mock(wraps=kernel_distance.real_kernels)
    monkeypatch.setattr(kernel_distance, "real_kernels", drawn)
    assert KID.function(comparison) == first
    assert not drawn.called
    # Of another number of images, or another size, the subsets are others.
    for count, size in ((80, 25), (90, 20)):
        changed = replace(comparison, generated=comparison.generated[:count], kid_subset_size=size)
        fresh = of_features(changed.generated, comparison.real.features.pooled, kid_subset_size=size)
        assert KID.function(changed) == KID.function(fresh) != first
    assert drawn.call_count == 4


def test_a_subset_has_no_more_images_than_either_side():
    assert [subset_size(*sizes) for sizes in ((10, 20, 30), (20, 10, 30), (30, 20, 10))] == [10, 10, 10]
