"""Scores of images that any program made, or of a saved generator, with what they mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from benchmark.artifacts.weights import SavedGenerator, write_network
from benchmark.commands.score import RealImages, named_split, score_images, scoring
from benchmark.commands.scores import Scores
from benchmark.commands.train import Trained
from benchmark.environment import choose_device
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import GENERATOR_FILE
from benchmark.spec import spec_of
from benchmark.spec.python_values import overrides


@runtime_checkable
class Loaded(Protocol):
    """What `benchmark.load` gives."""

    @property
    def saved(self) -> SavedGenerator:
        """Its generator."""


InMemory = Tensor | NDArray[np.uint8] | Loaded | Trained
Given = str | Path | InMemory


def score(
    images: Given,
    against: str | Path = "digits",
    split: str = "test",
    protocol: str = "",
    set: Mapping[str, object] | None = None,  # noqa: A002
    device: str = "auto",
) -> Scores:
    """Score images as those of a study are scored; `ganbench score` is the same on the command line.

    Args:
        images: Pictures in a folder or .zip; an .npy, .npz or .safetensors of images; a generator.safetensors, or what
            `load` and `train` give, of which `score.images` are drawn; or images in memory, uint8, as a tensor
            (N, C, H, W) or an array (N, H, W, C) or (N, H, W).
        against: The real ones: a data set, "folder:PATH", a folder or a file of images, or an .npz of mu and sigma.
        split: Of the data set: "train", "validation", "test", "train+validation" or "all".
        protocol: "lucic2018", "mimicry", "kurach2019", "quick"; "" for none.
        set: `resolution` and the keys of a spec's table `score`, as in {"score.metrics": ["fid"]}.
        device: "auto", "cpu", "cuda", "cuda:1" ...

    Raises:
        UserError: if images or weights cannot be had, a name is unknown, or there are too few images.

    >>> import benchmark, torch
    >>> noise = torch.randint(256, (100, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    >>> scores = benchmark.score(noise, against="digits", set={"score.metrics": ["fid", "precision_recall"]})
    >>> round(scores["fid"], 1), scores["precision"]
    (19.8, 0.0)
    >>> scores.protocol.real_images, scores.protocol.split, scores.protocol.extractor
    (450, 'test', 'digits-cnn')
    """
    if not isinstance(against, str | Path):
        kind = type(against).__name__
        raise UserError(f"against, of type {kind}: must name a data set, a folder or a file; np.savez writes a file")
    values = {"name": "score", "dataset": str(against), "protocol": protocol}
    spec = spec_of(values, scoring(overrides(set)), f"protocol {protocol!r}" if protocol else "set")
    real, place = RealImages(str(against), named_split(split)), str(choose_device(device))
    with _as_file(images) as file:
        found = score_images(file, real, spec, Paths.here(), place)
    return Scores(found.scores, found.protocol, found.cautions)


@contextmanager
def _as_file(images: Given) -> Iterator[Path]:
    """Images, or a generator, as the file that somebody else might have written; what is wrong is not called by it."""
    if isinstance(images, str | Path):
        yield Path(images)
        return
    with TemporaryDirectory() as folder:
        file = _written(images, Path(folder))
        try:
            yield file
        except UserError as error:
            raise UserError(str(error).replace(str(file), "images")) from error


def _written(images: InMemory, folder: Path) -> Path:
    if isinstance(images, Trained | Loaded):
        saved = images.generator if isinstance(images, Trained) else images.saved
        write_network(folder / GENERATOR_FILE, saved.variant, saved.shape, saved.module)
        return folder / GENERATOR_FILE
    pixels = images.detach().cpu().numpy() if isinstance(images, Tensor) else images
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        kind = getattr(pixels, "dtype", type(pixels).__name__)
        raise UserError(f"images of {kind}: must be a folder, a file, a generator, or uint8 in memory, 0 to 255")
    np.save(folder / "images.npy", pixels)
    return folder / "images.npy"
