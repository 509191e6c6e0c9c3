"""Penalties by plain double backward, an image at a time where they are defined an image at a time."""

from collections.abc import Callable

import torch
from torch import Tensor

Discriminate = Callable[[Tensor], Tensor]
Penalise = Callable[[Discriminate, Tensor, Tensor, Tensor], Tensor]


def gradients(discriminate: Discriminate, points: Tensor) -> Tensor:
    """One gradient a row (N, pixels), with a graph."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(discriminate(points).sum(), points, create_graph=True)
    return gradient.reshape(len(points), -1)


def norms(discriminate: Discriminate, points: Tensor) -> Tensor:
    return (gradients(discriminate, points).pow(2).sum(1) + 1e-12).sqrt()


def between(real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    weight = noise.view(-1, 1, 1, 1)
    return weight * real + (1 - weight) * fake


def gulrajani(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    return (norms(discriminate, between(real, fake, noise)) - 1).pow(2)


def petzka(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    return (norms(discriminate, between(real, fake, noise)) - 1).clamp(min=0).pow(2)


def kodali(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    return (norms(discriminate, real + 0.5 * real.std(unbiased=False) * noise) - 1).pow(2)


def mescheder_real(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    return gradients(discriminate, real).pow(2).sum(1) / 2


def mescheder_fake(discriminate: Discriminate, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
    return gradients(discriminate, fake).pow(2).sum(1) / 2


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


PENALTIES: dict[str, Penalise] = {
    "gp": gulrajani,
    "lp": petzka,
    "dragan": kodali,
    "r1": mescheder_real,
    "r2": mescheder_fake,
    "consistency": zhang,
    "consistency-shift": lambda discriminate, real, fake, noise: zhang(discriminate, real, fake, noise, flips=False),
}
