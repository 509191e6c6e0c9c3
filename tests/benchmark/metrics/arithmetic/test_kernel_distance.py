"""KID's subsets at once against torch-fidelity, one after another."""

import pytest
import torch
from torch import Tensor
from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric

from benchmark.metrics.arithmetic.kernel_distance import real_kernels, subset_distances


def features(seed: int, count: int, shift: float) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(count, 12, generator=draw, dtype=torch.float64).abs() + shift


@pytest.mark.parametrize(("generated", "real", "size"), [(90, 60, 25), (40, 40, 40), (300, 20, 2)])
def test_equal_to_torch_fidelity(generated: int, real: int, size: int) -> None:
    ours, theirs = features(0, generated, 0.3), features(1, real, 0.0)
    expected = kid_features_to_metric(ours, theirs, kid_subsets=30, kid_subset_size=size, rng_seed=2020, verbose=False)
    kernels = real_kernels(theirs, generated, subsets=30, size=size, seed=2020)
    distances = subset_distances(ours, theirs, size, kernels)
    assert distances.mean().item() == pytest.approx(expected[KEY_METRIC_KID_MEAN], rel=1e-10)
    assert distances.std(correction=0).item() == pytest.approx(expected[KEY_METRIC_KID_STD], rel=1e-9, abs=1e-12)


def test_two_images_by_hand() -> None:
    """Kernels in one dimension: (1*1+1)^3 = 8, (1*2+1)^3 = 27, (2*2+1)^3 = 125, (x*0+1)^3 = 1."""
    real = torch.zeros(2, 1).double()
    kernels = real_kernels(real, generated=2, subsets=1, size=2, seed=0)
    distances = subset_distances(torch.tensor([[1.0], [2.0]]).double(), real, 2, kernels)
    assert distances.tolist() == [pytest.approx(2 * 27 / 2 + 2 * 1 / 2 - 2 * 4 / 4)]
