"""Weights of networks that were never trained, as a run leaves them behind."""

from pathlib import Path

import torch

from benchmark.records import GENERATOR_FILE
from benchmark.training.model import ImageShape
from benchmark.weights import write_weights
from ganzoo.catalog import find_variant

SHAPE = ImageShape(channels=1, resolution=8, classes=10)


def write_networks(folder: Path, variant: str, shape: ImageShape = SHAPE) -> Path:
    """Write the weights of a recipe into a run's folder; gives back the generator's."""
    torch.manual_seed(3)
    recipe = find_variant(variant)
    pair = recipe.architecture.networks(recipe.latent_size, shape.channels, shape.resolution, shape.classes)
    # Class-conditional batch norm begins with all classes alike: training would part them.
    for parameter in pair[0].parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    labels = (torch.arange(2),) if recipe.architecture.conditional else ()
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder, recipe, shape, pair, (torch.randn(2, recipe.latent_size), *labels))
    return folder / GENERATOR_FILE
