"""Consistency regularisation: its copies pixel by pixel, and what it pays."""

import pytest
import torch
from scipy.stats import chisquare, kstest
from torch import Tensor

from ganzoo.penalties.consistency import CONSISTENCY, CONSISTENCY_SHIFT, transform, transform_noise

# Uniform numbers that shift by -1, 0 and 1 pixel on sides up to 15, and that mirror or do not.
BACK, STAY, ON = 0.1, 0.5, 0.9
PLAIN, MIRRORED = 0.2, 0.5
IMAGE = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("noise", "expected"),
    [
        ((PLAIN, STAY, STAY), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
        ((MIRRORED, STAY, STAY), [[3, 2, 1], [6, 5, 4], [9, 8, 7]]),
        ((PLAIN, ON, STAY), [[4, 5, 6], [7, 8, 9], [7, 8, 9]]),  # the last row stands twice
        ((PLAIN, BACK, STAY), [[1, 2, 3], [1, 2, 3], [4, 5, 6]]),
        ((PLAIN, STAY, ON), [[2, 3, 3], [5, 6, 6], [8, 9, 9]]),
        ((PLAIN, STAY, BACK), [[1, 1, 2], [4, 4, 5], [7, 7, 8]]),
        ((MIRRORED, ON, ON), [[5, 4, 4], [8, 7, 7], [8, 7, 7]]),  # mirrored first, shifted then
    ],
)
def test_copies_by_hand(noise: tuple[float, float, float], expected: list[list[float]]) -> None:
    copy = transform(IMAGE, torch.tensor([noise], dtype=torch.float64), flips=True)
    assert copy[0, 0].tolist() == expected


def test_without_flips_nothing_is_mirrored() -> None:
    noise = torch.tensor([[MIRRORED, STAY, ON]], dtype=torch.float64)
    assert transform(IMAGE, noise, flips=False)[0, 0].tolist() == [[2, 3, 3], [5, 6, 6], [8, 9, 9]]


def test_each_image_has_its_own_copy_and_channels_move_together() -> None:
    images = torch.cat([IMAGE, 10 * IMAGE]).repeat(1, 2, 1, 1)
    copies = transform(images, torch.tensor([[PLAIN, ON, STAY], [MIRRORED, STAY, STAY]]).double(), flips=True)
    assert copies[0, 0].tolist() == copies[0, 1].tolist() == [[4, 5, 6], [7, 8, 9], [7, 8, 9]]
    assert copies[1, 0].tolist() == copies[1, 1].tolist() == [[30, 20, 10], [60, 50, 40], [90, 80, 70]]


def ramp(count: int, height: int, width: int) -> Tensor:
    """Images whose pixels tell their own row (channel 0) and column (channel 1)."""
    rows = torch.arange(height).reshape(-1, 1).expand(height, width)
    columns = torch.arange(width).expand(height, width)
    return torch.stack([rows, columns]).float().expand(count, 2, height, width)


@pytest.mark.parametrize(
    ("height", "width", "most"), [(8, 8, (1, 1)), (32, 32, (4, 4)), (16, 28, (2, 3)), (4, 5, (1, 1))]
)
def test_shifts_are_uniform_up_to_an_eighth_of_the_side(height: int, width: int, most: tuple[int, int]) -> None:
    images = ramp(4000, height, width)
    copies = transform(images, transform_noise(images, torch.Generator().manual_seed(2)), flips=False)
    for axis, (side, bound) in enumerate(zip((height, width), most, strict=True)):
        shifts = (copies[:, axis, height // 2, width // 2] - side // 2).long() + bound
        counts = torch.bincount(shifts, minlength=2 * bound + 1)
        assert len(counts) == 2 * bound + 1
        assert chisquare(counts.numpy()).pvalue > 0.01


def test_the_ends_of_the_noise_shift_by_the_most() -> None:
    """The largest float below 1 must not round up to a shift too far."""
    for dtype in (torch.float32, torch.float64):
        last = 1 - torch.finfo(dtype).eps / 2
        copies = transform(
            ramp(2, 32, 32).to(dtype), torch.tensor([[0, 0, 0], [0, last, last]], dtype=dtype), flips=False
        )
        assert copies[:, :, 16, 16].tolist() == [[12, 12], [20, 20]]


def test_half_of_the_images_are_mirrored() -> None:
    images = ramp(4000, 8, 8)
    noise = transform_noise(images, torch.Generator().manual_seed(4))
    copies = transform(images, noise, flips=True)
    mirrored = (copies[:, 1, 0, 0] > copies[:, 1, 0, -1]).sum().item()
    assert abs(mirrored - 2000) < 4 * 1000**0.5


def test_penalty_by_hand() -> None:
    """D sums the first row, 1 + 2 + 3 = 6; of the copy one row up 4 + 5 + 6 = 15: (6 - 15)^2."""
    noise = torch.tensor([[PLAIN, ON, STAY]], dtype=torch.float64)
    for penalty in (CONSISTENCY, CONSISTENCY_SHIFT):
        paid = penalty.function(lambda images: images[:, 0, 0].sum(1), IMAGE, torch.zeros_like(IMAGE), noise)
        assert paid.tolist() == [81.0]


def test_flips_cost_only_where_they_are_made() -> None:
    noise = torch.tensor([[MIRRORED, STAY, STAY]], dtype=torch.float64)
    paid = [
        penalty.function(lambda images: images[:, 0, 0, 0], IMAGE, torch.zeros_like(IMAGE), noise).item()
        for penalty in (CONSISTENCY, CONSISTENCY_SHIFT)
    ]
    assert paid == [4.0, 0.0]  # (1 - 3)^2


def test_a_critic_that_sees_no_shift_pays_nothing() -> None:
    real = torch.full((4, 1, 8, 8), 0.3, dtype=torch.float64)
    noise = transform_noise(real, torch.Generator().manual_seed(0))
    assert not CONSISTENCY.function(lambda images: images.flatten(1).square().sum(1), real, real, noise).any()


def test_gradients_reach_the_image_through_the_copy() -> None:
    """The copy one row up shows rows 2, 3 and 3: once, and twice, and the first row not at all."""
    noise = torch.tensor([[PLAIN, ON, STAY]], dtype=torch.float64)
    gradient = torch.func.grad(lambda image: transform(image, noise, flips=True).sum())(IMAGE)
    assert gradient[0, 0].tolist() == [[0, 0, 0], [1, 1, 1], [2, 2, 2]]


def test_noise_is_three_uniform_numbers_an_image() -> None:
    noise = transform_noise(torch.empty(5000, 1, 1, 1), torch.Generator().manual_seed(5))
    assert noise.shape == (5000, 3)
    assert all(kstest(column.numpy(), "uniform").pvalue > 0.01 for column in noise.T)
