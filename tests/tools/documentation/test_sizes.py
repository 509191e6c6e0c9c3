"""Sides in words and weights by count."""

import pytest
from torch import nn

from ganzoo.architectures.shallow import SHALLOW
from ganzoo.components import Architecture
from tools.documentation.sizes import count, parameters, ranges


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((), ""),
        ((8,), "8"),
        ((8, 16), "8, 16"),
        ((8, 9, 10, 11), "8 to 11"),
        ((8, 16, 32), "8, 16, 32"),
        ((8, 16, 24, 64), "8 to 24 by 8, 64"),
        ((8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64), "8 to 16 by 2, 20 to 32 by 4, 40 to 64 by 8"),
        ((4, 8, 9, 10), "4, 8 to 10"),
    ],
)
def test_ranges(numbers: tuple[int, ...], expected: str) -> None:
    assert ranges(numbers) == expected


def test_count_by_hand() -> None:
    # 3 x 5 weights and 5 biases; 5 scales and 5 shifts. Running statistics are not trained.
    assert count(lambda width: nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width)), 5) == 30


def test_parameters_by_hand() -> None:
    # One hidden layer of 128: G 100 x 128 + 128 + 128 P + P, D 128 P + 128 + 128 + 1, with P pixels.
    rows = parameters(SHALLOW).splitlines()[2:]
    expected = []
    for side in (8, 32, 64):
        for channels in (1, 3):
            size = channels * side**2
            generator, discriminator = 100 * 128 + 128 + 129 * size, 128 * size + 128 + 129
            expected.append(f"| {side} | {channels} | {generator:,} | {discriminator:,} |")
    assert rows == expected


def small(conditional: bool) -> Architecture:
    def generator(latent_size: int, channels: int, resolution: int, classes: int = 0) -> nn.Module:
        return nn.Linear(latent_size + classes, channels * resolution**2, bias=False)

    def discriminator(channels: int, resolution: int, classes: int = 0) -> nn.Module:
        return nn.Linear(channels * resolution**2 + classes, 1, bias=False)

    return Architecture("small", generator, discriminator, (8, 12), "nobody", latent_size=2, conditional=conditional)


def test_only_sides_that_the_architecture_is_for() -> None:
    assert parameters(small(conditional=False)).splitlines()[2:] == ["| 8 | 1 | 128 | 64 |", "| 8 | 3 | 384 | 192 |"]


def test_a_conditional_one_is_told_of_ten_classes() -> None:
    rows = parameters(small(conditional=True)).splitlines()[2:]
    assert rows == ["| 8 | 1 | 768 | 74 |", "| 8 | 3 | 2,304 | 202 |"]
