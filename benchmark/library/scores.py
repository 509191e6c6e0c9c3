"""Scores of images that any program made, or of a saved generator, with what they mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor

from benchmark.commands.score import RealImages, named_split, score_images, scoring
from benchmark.environment import choose_device
from benchmark.errors import UserError
from benchmark.library.overrides import overrides
from benchmark.metrics.catalog import known_scores
from benchmark.paths import Paths
from benchmark.records import Protocol
from benchmark.spec import spec_of


@dataclass(frozen=True, eq=False)
class Scores(Mapping[str, float]):
    """Scores by name, as in `scores["fid"]`; a dictionary that cannot be changed, and says what it means.

    Attributes:
        found: By name in `benchmark.metrics.catalog.known_scores`.
        protocol: Everything that moves them: data, split, numbers of images, extractor and its weights' digest ...
        sentence: The same in one sentence.
        cautions: What to know before believing them.
    """

    found: Mapping[str, float]
    protocol: Protocol
    sentence: str
    cautions: tuple[str, ...]

    def __getitem__(self, name: str) -> float:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a score: score (its name), label (for people), value, better ("lower", "higher" or "")."""
        columns = known_scores()
        rows = [(name, columns[name].label, value, columns[name].better) for name, value in self.items()]
        return pd.DataFrame(rows, columns=["score", "label", "value", "better"])

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {value:.4g}" for name, value in self.items())
        return f"<{values}; {self.sentence}>"


def score(
    images: str | Path | Tensor | NDArray[np.uint8],
    against: str | Path = "digits",
    split: str = "test",
    protocol: str = "",
    set: Mapping[str, object] | None = None,  # noqa: A002
    device: str = "auto",
) -> Scores:
    """Score images as those of a study are scored; `ganbench score` is the same on the command line.

    Args:
        images: Pictures in a folder or .zip; an .npy, .npz or .safetensors of images; a generator.safetensors, of which
            `score.images` are drawn; or images in memory, uint8, as a tensor (N, C, H, W) or an array (N, H, W, C) or
            (N, H, W).
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
    if not isinstance(images, str | Path):
        with _as_file(images) as file:
            return score(file, against, split, protocol, set, device)
    values = {"name": "score", "dataset": str(against), "protocol": protocol}
    spec = spec_of(values, scoring(overrides(set)), f"protocol {protocol!r}" if protocol else "set")
    real = RealImages(str(against), named_split(split))
    found = score_images(Path(images), real, spec, Paths.here(), str(choose_device(device)))
    return Scores(found.scores, found.protocol, found.sentence(), found.cautions)


@contextmanager
def _as_file(images: Any) -> Iterator[Path]:
    """Images as the file that somebody else might have written."""
    pixels = images.detach().cpu().numpy() if isinstance(images, Tensor) else images
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        kind = getattr(pixels, "dtype", type(pixels).__name__)
        raise UserError(f"images of {kind}: must be a folder, a file, or uint8 in memory, 0 to 255")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "images.npy"
        np.save(file, pixels)
        yield file
