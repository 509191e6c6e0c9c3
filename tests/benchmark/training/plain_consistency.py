"""Consistency regularisation pixel by pixel, an image at a time."""

import torch
from torch import Tensor

from tools.performance.plain_penalties import PENALTIES, Discriminate, Penalise


def moved(image: Tensor, numbers: Tensor, flips: bool) -> Tensor:
    """One image (C, H, W), mirrored and shifted pixel by pixel; edges repeat."""
    side = image.shape[-1]
    most = max(1, side // 8)
    down, across = (int(float(number) * (2 * most + 1)) - most for number in numbers[1:])
    mirrored = flips and float(numbers[0]) >= 0.5
    out = torch.empty_like(image)
    for row in range(side):
        for column in range(side):
            source = min(max(column + across, 0), side - 1)
            source = side - 1 - source if mirrored else source
            out[:, row, column] = image[:, min(max(row + down, 0), side - 1), source]
    return out


def zhang(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor, flips: bool = True) -> Tensor:
    copies = torch.stack([moved(image, numbers, flips) for image, numbers in zip(real, noise, strict=True)])
    return (discriminate(real) - discriminate(copies)).pow(2)


ALL_PENALTIES: dict[str, Penalise] = PENALTIES | {
    "consistency": zhang,
    "consistency-shift": lambda discriminate, real, fake, noise: zhang(discriminate, real, fake, noise, flips=False),
}
