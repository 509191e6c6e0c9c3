"""What MLflow loads of a final run's generator: a model that draws images, one a row of its input.

`mlflow models predict -m runs:/RUN/dcgan --env-manager local` reads `{"dataframe_records": [{"seed": 7}]}`, for
instance, and writes `{"predictions": [IMAGE]}`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.errors import whole_number
from benchmark.pixels import to_uint8
from benchmark.training.sampling import generate

if TYPE_CHECKING:
    import pandas as pd

MOST_SEED = 2**64 - 1


class GeneratorModel:
    """Draws images for `mlflow.pyfunc`.

    Args:
        saved: The generator.
    """

    def __init__(self, saved: SavedGenerator) -> None:
        self._saved = saved

    def predict(self, rows: "pd.DataFrame") -> NDArray[np.uint8]:
        """Draw images, the same for the same row whatever stands beside it.

        Args:
            rows: N rows with the column `seed` (int64, 0 or more), which the latent is drawn from by the variant's
                prior, as `ganbench sample --images 1 --seed SEED` draws it. A class-conditional generator takes the
                column `label` (int64), from 0; without it the classes take turns with the seeds.

        Returns:
            (N, H, W, C), uint8: what Pillow and Matplotlib show as it is, but that grey images keep their C = 1.

        Raises:
            UserError: if a seed is negative or not whole, or there is no class of a label.
        """
        shape = self._saved.shape
        seeds = [_whole("seed", seed, MOST_SEED) for seed in rows["seed"]]
        labels = rows["label"] if "label" in rows else [seed % shape.classes for seed in seeds]
        # One at a time: in batches of another size the last bit of a pixel may differ.
        images = [self._image(seed, label) for seed, label in zip(seeds, labels, strict=True)]
        none = torch.empty(0, shape.channels, shape.resolution, shape.resolution, dtype=torch.uint8)
        drawn: NDArray[np.uint8] = torch.cat([none, *images]).permute(0, 2, 3, 1).contiguous().numpy()
        return drawn

    def _image(self, seed: int, label: object) -> Tensor:
        """The image (1, C, H, W) of a seed; only a conditional generator has use for the label."""
        variant = self._saved.variant
        random = torch.Generator().manual_seed(seed)
        inputs: tuple[Tensor, ...] = (variant.prior.sample((1, variant.latent_size), random, torch.float32),)
        if variant.architecture.conditional:
            inputs += (torch.tensor([self._checked(label)]),)
        return to_uint8(generate(self._saved.module, inputs))

    def _checked(self, label: object) -> int:
        return _whole("label", label, self._saved.shape.classes - 1)


def _whole(name: str, value: object, most: int) -> int:
    """A whole number from 0 on, which a column beside others may hold as 7.0."""
    return whole_number(name, int(value) if isinstance(value, float) and value.is_integer() else value, 0, most)


def _load_pyfunc(path: str) -> GeneratorModel:
    """What `mlflow.pyfunc` calls, by this name, with the path of the weights."""
    return GeneratorModel(read_generator(Path(path)))
