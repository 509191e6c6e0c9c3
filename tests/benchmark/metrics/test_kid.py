import pytest
import torch
from comparisons import Pooled, gaussian, of_features, of_images
from torchmetrics.image.kid import KernelInceptionDistance

from benchmark.metrics.kid import KID


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
