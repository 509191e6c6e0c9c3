"""Instance noise: values by hand, its fading and its distribution."""

from functools import partial

import pytest
import torch
from scipy.stats import kstest

from ganzoo.augmentations.instance_noise import INSTANCE_NOISE, add_instance_noise


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (0.0, [0.8, -0.9]),  # 0.5 + 0.3 and -1 + 0.1
        (0.25, [0.725, -0.925]),  # three quarters of the noise
        (0.5, [0.65, -0.95]),
        (1.0, [0.5, -1.0]),
    ],
)
def test_by_hand(progress: float, expected: list[float]) -> None:
    images = torch.tensor([0.5, -1.0], dtype=torch.float64).reshape(1, 1, 1, 2)
    noise = torch.tensor([3.0, 1.0], dtype=torch.float64).reshape(1, 1, 1, 2)
    seen = INSTANCE_NOISE.function(images, noise, torch.tensor(progress, dtype=torch.float64))
    assert seen.flatten().tolist() == pytest.approx(expected, abs=1e-15)


def test_sigma_is_the_standard_deviation_at_the_start() -> None:
    images = torch.zeros(50, 1, 32, 32)
    noise = INSTANCE_NOISE.noise(images, torch.Generator().manual_seed(0))
    seen = partial(add_instance_noise, sigma=0.3)(images, noise, torch.tensor(0.0))
    assert kstest(noise.flatten()[:5000].numpy(), "norm").pvalue > 0.01
    # The standard error of a standard deviation is sigma / sqrt(2 n).
    assert seen.std().item() == pytest.approx(0.3, abs=4 * 0.3 / (2 * images.numel()) ** 0.5)


def test_is_not_clamped() -> None:
    seen = INSTANCE_NOISE.function(torch.ones(1, 1, 1, 1), torch.ones(1, 1, 1, 1), torch.tensor(0.0))
    assert seen.item() == pytest.approx(1.1)
