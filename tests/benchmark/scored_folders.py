"""Folders of digits, and their scores as `ganbench score` has them."""

from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from benchmark.commands.score import ImageScores, RealImages, named_split, score_images
from benchmark.paths import Paths
from benchmark.spec import spec_of

COUNT = 200
MINE = "score.foreign_extractor=true"  # these folders hold digits, which nobody can know


def blurred(images: Tensor, seed: int) -> Tensor:
    noise = torch.randint(-60, 61, images.shape, generator=torch.Generator().manual_seed(seed))
    return (images.int() + noise).clamp(0, 255).to(torch.uint8)


def write_folder(folder: Path, images: Tensor) -> Path:
    folder.mkdir()
    for number, image in enumerate(images):
        Image.fromarray(image[0].numpy()).save(folder / f"{number:04d}.png")
    return folder


def ours(
    source: Path, against: str, root: Path, *overrides: str, protocol: str = "", split: str = "test"
) -> ImageScores:
    spec = spec_of({"name": "score", "dataset": against, "protocol": protocol}, overrides, "--set")
    real = RealImages(against, named_split(split))
    return score_images(source, real, spec, Paths(root, root / "data"), "cpu")
