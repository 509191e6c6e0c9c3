"""Images that somebody else made, with what is known of them: the folders that they lie in."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.datasets.dataset import Labels
from benchmark.datasets.image_files import holds_pictures, picture_files, read_images
from benchmark.datasets.origin import CROPPED, origin_of, picture_sizes
from benchmark.datasets.pictures import PictureFile
from benchmark.datasets.zip_pictures import ZipMember, zip_labels


def read_given(source: Path, resolution: int = 0) -> LabelledImages:
    """All images of a folder or a file, with the classes that a folder's subfolders are, or that a .zip gives them.

    Args:
        source: As `benchmark.datasets.image_files.read_images` takes it.
        resolution: As there.

    Raises:
        UserError: as there.
    """
    pixels = torch.from_numpy(read_images(source, resolution))
    files = picture_files(source) if holds_pictures(source) else []
    labels = _labels(source, files) if files else np.zeros(len(pixels), np.int64)
    # Arrays are taken as they are, whatever side is asked for.
    sizes = picture_sizes(files) or [(pixels.shape[-1], pixels.shape[-2])]
    origin = origin_of(sizes, resolution if files else 0, CROPPED)
    return LabelledImages(pixels, torch.from_numpy(labels), int(labels.max(initial=0)) + 1, origin)


def _labels(source: Path, files: Sequence[PictureFile]) -> Labels:
    """For each picture which of the folders right beneath it lies in; in a .zip what its dataset.json says."""
    members = [file for file in files if isinstance(file, ZipMember)]
    if members:
        return zip_labels(members)
    names = [file.relative_to(source).parts[:-1][:1] for file in files if isinstance(file, Path)]
    _, labels = np.unique(np.array(["/".join(name) for name in names]), return_inverse=True)
    return labels.astype(np.int64)
