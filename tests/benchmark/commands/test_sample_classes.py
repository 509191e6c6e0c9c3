"""Samples of a generator that paints its label: each class in turn, and one class a row of a walk."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from benchmark.artifacts.weights import SavedGenerator
from benchmark.commands.sample import draw, walk
from benchmark.training.model import ImageShape
from ganzoo.registry import VARIANTS


class Painter(nn.Module):
    """Pixels of label / 10 in the upper half, and the first latent in the lower."""

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        upper, lower = (labels / 10)[:, None].expand(-1, 32), latents[:, :1].expand(-1, 32)
        return torch.cat([upper, lower], 1).view(-1, 1, 8, 8)


@pytest.fixture
def saved() -> SavedGenerator:
    variant = replace(VARIANTS["cgan-pd"], prior=VARIANTS["dcgan"].prior, latent_size=2)
    return SavedGenerator(Painter().eval(), variant, ImageShape(channels=1, resolution=8, classes=3))


def painted(images: Tensor) -> list[int]:
    """The labels of images: pixels are 127.5 (1 + label / 10), rounded."""
    shown = {round(127.5 * (1 + label / 10)): label for label in range(3)}
    assert torch.equal(images[:, 0, 0], images[:, 0, 3])
    return [shown[int(pixel)] for pixel in images[:, 0, 0, 0]]


def test_images_show_each_class_in_turn(saved: SavedGenerator) -> None:
    assert painted(draw(saved, 8, seed=4)) == [0, 1, 2, 0, 1, 2, 0, 1]


def test_a_walk_keeps_the_class_of_its_row(saved: SavedGenerator) -> None:
    images = walk(saved, steps=4, rows=5, seed=4)
    assert painted(images) == [0] * 4 + [1] * 4 + [2] * 4 + [0] * 4 + [1] * 4
    lower = images.view(5, 4, 8, 8)[:, :, 7, 7].double()
    # The latent goes straight from one end to the other.
    ends = lower[:, :1], lower[:, -1:]
    straight = torch.lerp(*ends, torch.linspace(0, 1, 4, dtype=torch.float64))
    torch.testing.assert_close(lower, straight, rtol=0, atol=1.5)
    assert (ends[0] - ends[1]).abs().max() > 20


def test_latents_are_those_of_an_unconditional_generator(saved: SavedGenerator) -> None:
    first = torch.rand(8, 2, generator=torch.Generator().manual_seed(4))[:, 0] * 2 - 1
    lower = draw(saved, 8, seed=4)[:, 0, 7, 7].double()
    torch.testing.assert_close(lower, 127.5 * (1 + first.double()), rtol=0, atol=1)
