"""Weights of networks that were never trained, as a run leaves them behind."""

from pathlib import Path

import torch

from benchmark.artifacts.weights import write_weights
from benchmark.records import GENERATOR_FILE
from benchmark.training.model import ImageShape
from ganzoo.registry import find_variant

SHAPE = ImageShape(channels=1, resolution=8, classes=10)


def write_networks(folder: Path, variant: str, shape: ImageShape = SHAPE) -> Path:
    """Write the weights of a variant into a run's folder; gives back the generator's."""
    torch.manual_seed(3)
    variant = find_variant(variant)
    pair = variant.architecture.networks(variant.latent_size, shape.channels, shape.resolution, shape.classes)
    # Class-conditional batch norm begins with all classes alike: training would part them.
    for parameter in pair[0].parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    labels = (torch.arange(2),) if variant.architecture.conditional else ()
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder, variant, shape, pair, (torch.randn(2, variant.latent_size), *labels))
    return folder / GENERATOR_FILE
