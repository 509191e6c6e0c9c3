"""Images that somebody else made, with what is known of them: the folders that they lie in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.datasets.dataset import Labels
from benchmark.datasets.image_files import ImageSource, find_images, holds_pictures, picture_files
from benchmark.datasets.origin import CROPPED, Origin, origin_of
from benchmark.datasets.pictures import PictureFile
from benchmark.datasets.zip_pictures import ZipMember, zip_labels


@dataclass(frozen=True)
class GivenImages:
    """Images that have not been read, and what is known of them.

    Attributes:
        source: The images.
        labels: (N,) int64, from 0 to `classes` - 1.
        classes: How many there are.
        origin: What the images were before they were brought to one size.
    """

    source: ImageSource
    labels: Tensor
    classes: int
    origin: Origin | None


def find_given(source: Path, resolution: int = 0) -> GivenImages:
    """The images of a folder or a file, with the classes that a folder's subfolders are, or that a .zip gives them.

    Args:
        source: As `benchmark.datasets.image_files.find_images` takes it.
        resolution: As there.

    Raises:
        UserError: as there.
    """
    found = find_images(source, resolution)
    files = picture_files(source) if holds_pictures(source) else []
    labels = _labels(source, files) if files else np.zeros(len(found), np.int64)
    origin = origin_of(found.sizes, resolution, CROPPED, found.depth)
    return GivenImages(found, torch.from_numpy(labels), int(labels.max(initial=0)) + 1, origin)


def read_given(source: Path, resolution: int = 0) -> LabelledImages:
    """All images as `find_given` finds them, at once.

    Raises:
        UserError: as there, and as `benchmark.datasets.image_files.ImageSource.read`.
    """
    given = find_given(source, resolution)
    pixels = torch.from_numpy(given.source.read(len(given.source)))
    return LabelledImages(pixels, given.labels, given.classes, given.origin)


def _labels(source: Path, files: Sequence[PictureFile]) -> Labels:
    """For each picture which of the folders right beneath it lies in; in a .zip what its dataset.json says."""
    members = [file for file in files if isinstance(file, ZipMember)]
    if members:
        return zip_labels(members)
    names = [file.relative_to(source).parts[:-1][:1] for file in files if isinstance(file, Path)]
    _, labels = np.unique(np.array(["/".join(name) for name in names]), return_inverse=True)
    return labels.astype(np.int64)
