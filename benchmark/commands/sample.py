"""New images from a saved generator, and walks between two latents."""

import torch
from torch import Tensor

from benchmark.artifacts.weights import SavedGenerator
from benchmark.pixels import to_uint8
from benchmark.training.sampling import generate


def draw(saved: SavedGenerator, count: int, seed: int) -> Tensor:
    """New images (count, C, H, W), uint8, of fresh latents."""
    generator = torch.Generator().manual_seed(seed)
    latents = saved.variant.prior.sample((count, saved.variant.latent_size), generator, torch.float32)
    return to_uint8(generate(saved.module, saved.inputs(latents)))


def walk(saved: SavedGenerator, steps: int, rows: int, seed: int) -> Tensor:
    """Images (rows * steps, C, H, W), uint8, on straight lines between two latents a row, ends included."""
    generator = torch.Generator().manual_seed(seed)
    ends = saved.variant.prior.sample((2, rows, 1, saved.variant.latent_size), generator, torch.float32)
    share = torch.linspace(0, 1, steps)[None, :, None]
    latents = torch.lerp(ends[0], ends[1], share).flatten(0, 1)
    return to_uint8(generate(saved.module, saved.inputs(latents, repeat=steps)))
