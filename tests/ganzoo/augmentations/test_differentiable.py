"""Differentiable augmentation against pixels by hand and against one image at a time with Python slices."""

from collections import Counter

import pytest
import torch
from torch import Tensor

from ganzoo.augmentations.differentiable import (
    DIFFERENTIABLE,
    DIFFERENTIABLE_TRANSLATION,
    augment,
    cut,
    inside,
    pixels,
    recolour,
    shift_matrices,
    translate,
)

START = torch.tensor(0.0)


def uniform(*rows: list[float]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def shifted_by_slices(image: Tensor, down: int, across: int) -> Tensor:
    """One image (C, H, W), a pixel at a time."""
    moved = torch.zeros_like(image)
    height, width = image.shape[1:]
    for row in range(height):
        for column in range(width):
            if 0 <= row - down < height and 0 <= column - across < width:
                moved[:, row, column] = image[:, row - down, column - across]
    return moved


def augmented_by_slices(image: Tensor, numbers: list[float]) -> Tensor:
    """One image (C, H, W) in the order of the authors' code."""
    side = image.shape[1]
    image = image + numbers[0] - 0.5
    grey = image.mean(0)
    image = torch.stack([(channel - grey) * 2 * numbers[1] + grey for channel in image])
    image = (image - image.mean()) * (numbers[2] + 0.5) + image.mean()
    most = int(side / 8 + 0.5)
    image = shifted_by_slices(image, *(int(number * (2 * most + 1)) - most for number in numbers[3:5]))
    size = int(side / 2 + 0.5)
    row, column = (int(number * (side + 1 - size % 2)) - size // 2 for number in numbers[5:])
    image[:, max(row, 0) : row + size, max(column, 0) : column + size] = 0
    return image


@pytest.mark.parametrize(("side", "eighth", "half"), [(8, 1, 4), (9, 1, 5), (28, 4, 14), (32, 4, 16), (64, 8, 32)])
def test_shares_of_the_side_round_half_up(side: int, eighth: int, half: int) -> None:
    assert (pixels(side, 1 / 8), pixels(side, 1 / 2)) == (eighth, half)


def test_colour_by_hand() -> None:
    pixel = torch.tensor([0.3, 0.0, -0.6, 0.5, 0.5, 0.5], dtype=torch.float64).reshape(1, 2, 3).permute(2, 0, 1)[None]
    # Brightness: + 0.25. Saturation: twice as far from the greys 0.15 and 0.75. Contrast: half as far from 0.45.
    seen = recolour(pixel, uniform([0.75, 1.0, 0.0]))
    expected = [(0.95 + 0.45) / 2, (0.35 + 0.45) / 2, (-0.85 + 0.45) / 2, *[(0.75 + 0.45) / 2] * 3]
    assert seen[0].permute(1, 2, 0).flatten().tolist() == pytest.approx(expected, abs=1e-15)


def test_colour_in_the_middle_changes_nothing() -> None:
    images = torch.rand(3, 3, 8, 8, dtype=torch.float64)
    torch.testing.assert_close(recolour(images, torch.full((3, 3), 0.5).double()), images, rtol=0, atol=1e-15)


def test_one_channel_has_no_saturation() -> None:
    images = torch.rand(2, 1, 8, 8)
    pale, vivid = (recolour(images, torch.tensor([[0.2, s, 0.9]] * 2)) for s in (0.0, 0.99))
    assert torch.equal(pale, vivid)


def test_translation_by_hand() -> None:
    image = torch.arange(1.0, 65.0, dtype=torch.float64).reshape(1, 1, 8, 8)
    # A side of 8 moves by -1, 0 or 1: thirds of [0, 1).
    seen = translate(image.expand(3, 1, 8, 8), uniform([0.9, 0.0], [0.5, 0.5], [0.1, 0.7]), START)
    assert seen[0, 0, 0].tolist() == [0] * 8  # down: zeros enter at the top
    assert seen[0, 0, 1].tolist() == [2, 3, 4, 5, 6, 7, 8, 0]  # and to the left
    assert torch.equal(seen[1, 0], image[0, 0])
    assert seen[2, 0, 0].tolist() == [0, 9, 10, 11, 12, 13, 14, 15]  # up and to the right
    assert seen[2, 0, 7].tolist() == [0] * 8


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("side", [8, 9, 20, 28, 32])
def test_every_shift_of_up_to_an_eighth_is_equally_likely(side: int, dtype: torch.dtype) -> None:
    most = pixels(side, 1 / 8)
    count = 100 * (2 * most + 1)
    evenly = (torch.arange(count, dtype=dtype) + 0.5) / count
    matrices = shift_matrices(evenly, side)
    shifts = Counter(next(s for s in range(-most, most + 1) if torch.equal(m, eye(side, s, dtype))) for m in matrices)
    assert shifts == dict.fromkeys(range(-most, most + 1), 100)


def eye(side: int, shift: int, dtype: torch.dtype) -> Tensor:
    return torch.diag(torch.ones(side - abs(shift), dtype=dtype), -shift)


@pytest.mark.parametrize("side", [8, 28, 32, 64])
def test_the_largest_number_below_1_stays_in_range(side: int) -> None:
    last = torch.nextafter(torch.ones(1), torch.zeros(1))
    most = pixels(side, 1 / 8)
    assert torch.equal(shift_matrices(last, side)[0], eye(side, most, torch.float32))
    assert inside(last, side)[0].nonzero().flatten().tolist() == list(range(side - pixels(side, 1 / 2) // 2, side))


def test_cut_by_hand() -> None:
    seen = cut(torch.ones(2, 1, 8, 8, dtype=torch.float64), uniform([0.0, 0.5], [0.99, 0.25]))
    # Nine places for a window of four: from rows -2..1 to rows 6..9; half way is 2..5, and 0.25 is 0..3.
    hole = torch.ones(2, 8, 8, dtype=torch.float64)
    hole[0, 0:2, 2:6] = 0
    hole[1, 6:8, 0:4] = 0
    assert torch.equal(seen[:, 0], hole)


@pytest.mark.parametrize("side", [8, 9, 28])
def test_the_window_s_middle_is_anywhere(side: int) -> None:
    size = pixels(side, 1 / 2)
    places = side + 1 - size % 2
    covered = inside((torch.arange(places, dtype=torch.float64) + 0.5) / places, side)
    first = [place - size // 2 for place in range(places)]
    expected = [[start <= row < start + size for row in range(side)] for start in first]
    assert covered.tolist() == expected


@pytest.mark.parametrize("shape", [(40, 3, 8, 8), (20, 1, 9, 9), (20, 3, 28, 28)])
def test_equals_one_image_at_a_time(shape: tuple[int, ...]) -> None:
    images = torch.rand(shape, dtype=torch.float64) * 2 - 1
    noise = DIFFERENTIABLE.noise(images, torch.Generator().manual_seed(3))
    looped = [augmented_by_slices(image, numbers) for image, numbers in zip(images, noise.tolist(), strict=True)]
    torch.testing.assert_close(augment(images, noise, START), torch.stack(looped), rtol=0, atol=1e-14)


def test_translation_alone_is_exact() -> None:
    images = torch.rand(30, 3, 28, 28)
    noise = DIFFERENTIABLE_TRANSLATION.noise(images, torch.Generator().manual_seed(4))
    seen = DIFFERENTIABLE_TRANSLATION.function(images, noise, START)
    shifts = [[int(number * 9) - 4 for number in row] for row in noise.double().tolist()]
    looped = [shifted_by_slices(image, *shift) for image, shift in zip(images, shifts, strict=True)]
    assert torch.equal(seen, torch.stack(looped))


def test_noise_is_uniform_and_independent() -> None:
    noise = DIFFERENTIABLE.noise(torch.zeros(20_000, 1, 1, 1), torch.Generator().manual_seed(0))
    assert noise.shape == (20_000, 7)
    assert 0 <= noise.min().item() < 0.001
    assert 0.999 < noise.max().item() < 1
    # Six standard errors of a correlation of 0.
    off_diagonal = torch.corrcoef(noise.T)[~torch.eye(7, dtype=torch.bool)]
    assert off_diagonal.abs().max().item() < 6 / 20_000**0.5


@pytest.mark.parametrize("progress", [0.0, 0.5, 0.99])
def test_does_not_change_through_training(progress: float) -> None:
    images = torch.rand(4, 3, 8, 8)
    noise = DIFFERENTIABLE.noise(images, torch.Generator().manual_seed(0))
    assert torch.equal(augment(images, noise, torch.tensor(progress)), augment(images, noise, START))
