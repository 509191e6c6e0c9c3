"""DRAGAN's penalty as in its paper, which public code is not."""

import pytest
import torch
from scipy.stats import kstest
from torch import Tensor

from ganzoo.penalties.dragan import dragan_penalty, normal_noise


def half_square(images: Tensor) -> Tensor:
    """D(x) = |x|^2 / 2, whose gradient is x itself: the norm is that of the image looked at."""
    return 0.5 * images.flatten(1).square().sum(1)


def pixels(*values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).reshape(len(values), 1, 1, -1)


def test_by_hand() -> None:
    # Pixels 1, 1, -1, -1 have the deviation 1, so sqrt(c) = 1/2. Looked at: (1 + 4/2, 1 + 6/2) = (3, 4), norm 5;
    # (-1 + 2/2, -1 + 8/2) = (0, 3), norm 3.
    real, noise = pixels([1.0, 1.0], [-1.0, -1.0]), pixels([4.0, 6.0], [2.0, 8.0])
    penalties = dragan_penalty(half_square, real, torch.zeros_like(real), noise)
    assert penalties.tolist() == pytest.approx([16.0, 4.0], rel=1e-9)


def test_the_deviation_is_that_of_all_pixels_of_the_batch() -> None:
    # 3, -1, 1, 1: mean 1, deviation sqrt((4 + 4) / 4) = sqrt(2); the first image alone would have 2, the second 0.
    real, noise = pixels([3.0, -1.0], [1.0, 1.0]), pixels([0.0, 0.0], [2**0.5, 2**0.5])
    penalties = dragan_penalty(half_square, real, torch.zeros_like(real), noise)
    # sqrt(10) - 1; (1 + sqrt(2) / 2 sqrt(2), the same) = (2, 2): sqrt(8) - 1
    assert penalties.tolist() == pytest.approx([(10**0.5 - 1) ** 2, (8**0.5 - 1) ** 2], rel=1e-9)


def test_noise_is_added_whole_to_every_pixel() -> None:
    """The authors' code goes a random share of the way, one share an image; here the distance is the noise's own."""
    real, noise = torch.randn(2, 3, 2, 4, 4, dtype=torch.float64)
    around = real + noise * real.flatten().var(correction=0).sqrt() / 2
    expected = (around.flatten(1).norm(dim=1) - 1) ** 2
    torch.testing.assert_close(dragan_penalty(half_square, real, torch.zeros_like(real), noise), expected)


def test_does_not_look_at_generated_images() -> None:
    real, noise = torch.randn(2, 3, 1, 2, 2, dtype=torch.float64)
    first, second = (dragan_penalty(half_square, real, fake, noise) for fake in torch.randn(2, 3, 1, 2, 2).double())
    assert torch.equal(first, second)


def test_a_batch_of_one_colour_is_looked_at_itself() -> None:
    real, noise = torch.ones(2, 1, 1, 4, dtype=torch.float64), torch.randn(2, 1, 1, 4, dtype=torch.float64)
    assert dragan_penalty(half_square, real, real, noise).tolist() == pytest.approx([1.0, 1.0], rel=1e-9)


def test_noise_is_standard_normal_and_one_number_a_pixel() -> None:
    noise = normal_noise(torch.empty(100, 3, 8, 8), torch.Generator().manual_seed(5))
    assert noise.shape == (100, 3, 8, 8)
    assert kstest(noise.flatten().numpy(), "norm").pvalue > 0.01
