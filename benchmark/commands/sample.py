"""New images from a saved generator, and walks between two latents."""

import torch
from PIL import Image
from torch import Tensor

from benchmark.artifacts.grids import grid, most_in_a_grid
from benchmark.artifacts.weights import SavedGenerator
from benchmark.datasets.memory import ask_for_memory
from benchmark.errors import UserError, whole_number
from benchmark.pixels import to_uint8
from benchmark.training.sampling import SAMPLING_BATCH, Inputs, batches, generate

FLOAT = 4  # bytes
MOST_SEED = 2**64 - 1
FRAME_SIDE = 256  # that a single image in motion is magnified to, about
FRAME_COLUMNS = 4


def check_count(option: str, asked: int, saved: SavedGenerator, rows: int = 1, scale: int = 0) -> None:
    """Refuse more images than go into one picture.

    Args:
        option: Of the command line, that asks for them.
        asked: How many, or how many in each of the rows.
        saved: Their generator.
        rows: How many rows there are.
        scale: How many times images are magnified; 0 for what their size asks for.

    Raises:
        UserError: saying how many are allowed.
    """
    side = saved.shape.resolution
    most = most_in_a_grid(side, scale) // rows
    if asked > most:
        raise UserError(f"{option} {asked}: 1 to {most} of {side}x{side} pixels go into one picture")


def draw(saved: SavedGenerator, count: int, seed: int) -> Tensor:
    """New images (count, C, H, W), uint8, of fresh latents.

    Raises:
        UserError: if it is no number of images or no seed, or this machine has no room for so many.
    """
    count, seed = whole_number("count", count, least=1), whole_number("seed", seed, 0, MOST_SEED)
    _ask_for_memory(count, saved)
    generator = torch.Generator().manual_seed(seed)
    latents = saved.variant.prior.sample((count, saved.variant.latent_size), generator, torch.float32)
    return _images(saved, saved.inputs(latents))


def walk(saved: SavedGenerator, steps: int, rows: int, seed: int) -> Tensor:
    """Images (rows * steps, C, H, W), uint8, on straight lines between two latents a row, ends included.

    Raises:
        UserError: as `draw`.
    """
    steps, rows = whole_number("steps", steps, least=1), whole_number("rows", rows, least=1)
    seed = whole_number("seed", seed, 0, MOST_SEED)
    _ask_for_memory(rows * steps, saved)
    generator = torch.Generator().manual_seed(seed)
    ends = saved.variant.prior.sample((2, rows, 1, saved.variant.latent_size), generator, torch.float32)
    share = torch.linspace(0, 1, steps)[None, :, None]
    latents = torch.lerp(ends[0], ends[1], share).flatten(0, 1)
    return _images(saved, saved.inputs(latents, repeat=steps))


def walk_frames(images: Tensor, steps: int, scale: int) -> list[Image.Image]:
    """A walk in motion: pictures of all rows at one step each.

    Args:
        images: As `walk` gives them, (rows * steps, C, H, W), uint8.
        steps: Of the walk.
        scale: How many times images are magnified; 0 for what their number and size ask for.
    """
    at_step = images.view(-1, steps, *images.shape[1:]).transpose(0, 1)
    rows, side = at_step.shape[1], images.shape[-1]
    columns = min(rows, FRAME_COLUMNS)
    return [grid(each, columns, scale or max(1, FRAME_SIDE // (columns * side))) for each in at_step]


def _ask_for_memory(count: int, saved: SavedGenerator) -> None:
    """Latents as they are drawn and as the prior gives them; images by the batch and as a whole."""
    image = saved.shape.channels * saved.shape.resolution**2
    ask_for_memory(count * 2 * (image + FLOAT * saved.variant.latent_size), f"{count} images of {saved.variant.name}")


def _images(saved: SavedGenerator, inputs: Inputs) -> Tensor:
    """Images (N, C, H, W), uint8, of inputs (N, ...): bytes batch by batch, since floats take four times as much."""
    return torch.cat([to_uint8(generate(saved.module, batch)) for batch in batches(inputs, SAMPLING_BATCH)])
