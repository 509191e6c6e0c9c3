"""New images from the finished study's generators."""

import pytest
import torch
from tiny_study import FinishedStudy

from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.commands.sample import draw, walk, walk_frames
from benchmark.pixels import to_uint8
from benchmark.records import GENERATOR_FILE
from benchmark.training.sampling import generate


@pytest.fixture
def saved(finished: FinishedStudy) -> SavedGenerator:
    return read_generator(finished.work / "wgan-final-0000" / GENERATOR_FILE)


def latents(saved: SavedGenerator, seed: int, *shape: int) -> torch.Tensor:
    """From the prior of the paper, uniform over [-1, 1]."""
    size = (*shape, saved.variant.latent_size)
    return torch.rand(size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_images_are_drawn_from_the_prior_by_their_seed(saved: SavedGenerator) -> None:
    images = draw(saved, 10, seed=4)
    assert (images.shape, images.dtype) == ((10, 1, 8, 8), torch.uint8)
    assert torch.equal(images, to_uint8(generate(saved.module, (latents(saved, 4, 10),))))
    assert torch.equal(images, draw(saved, 10, seed=4))
    assert not torch.equal(images, draw(saved, 10, seed=5))


def test_a_walk_goes_straight_from_one_latent_to_another(saved: SavedGenerator) -> None:
    steps, rows = 5, 3
    images = walk(saved, steps, rows, seed=4).view(rows, steps, 1, 8, 8)
    start, end = latents(saved, 4, 2, rows, 1)[:, :, 0]
    for step in range(steps):
        there = start + (end - start) * step / (steps - 1)
        expected = to_uint8(generate(saved.module, (there,)))
        # Batches of another size differ by rounding, which may show in the last bit.
        assert (images[:, step].int() - expected.int()).abs().max() <= 1
    assert not torch.equal(images[:, 0], images[:, -1])


def test_a_frame_of_a_walk_has_all_rows_at_one_step() -> None:
    """Three rows of two steps, each image of one grey: the frames' tiles are the greys of that step."""
    greys = torch.tensor([10, 20, 110, 120, 210, 220], dtype=torch.uint8)
    images = greys[:, None, None, None].expand(6, 1, 8, 8).contiguous()
    frames = walk_frames(images, 2, scale=4)
    assert [frame.size for frame in frames] == [(3 * 34 + 2, 36)] * 2
    for frame, expected in zip(frames, ((10, 110, 210), (20, 120, 220)), strict=True):
        assert tuple(frame.getpixel((2 + 34 * row + 16, 18))[0] for row in range(3)) == expected


def test_a_frame_of_one_row_is_large_of_itself() -> None:
    (frame,) = walk_frames(torch.zeros(1, 3, 28, 28, dtype=torch.uint8), 1, scale=0)
    assert frame.size == (252, 252)
