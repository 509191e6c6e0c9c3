"""Images that somebody else made, with what is known of them: the folders that they lie in."""

from pathlib import Path

import numpy as np
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.datasets.dataset import Labels
from benchmark.datasets.folder import pictures
from benchmark.datasets.image_files import read_images
from benchmark.datasets.origin import CROPPED, origin_of, picture_sizes


def read_given(source: Path, resolution: int = 0) -> LabelledImages:
    """The images of a folder or a file, all of them; of a folder with the subfolder of each as its class.

    Args:
        source: As `benchmark.datasets.image_files.read_images` takes it.
        resolution: As there.

    Raises:
        UserError: as there.
    """
    pixels = torch.from_numpy(read_images(source, resolution))
    labels = _subfolders(source) if source.is_dir() else np.zeros(len(pixels), np.int64)
    # Arrays are taken as they are, whatever side is asked for.
    sizes = picture_sizes(pictures(source)) if source.is_dir() else [(pixels.shape[-1], pixels.shape[-2])]
    origin = origin_of(sizes, resolution if source.is_dir() else 0, CROPPED)
    return LabelledImages(pixels, torch.from_numpy(labels), int(labels.max(initial=0)) + 1, origin)


def _subfolders(folder: Path) -> Labels:
    """For each picture, in the order in which they are read, which of the folders right beneath it lies in."""
    files = sorted(pictures(folder), key=str)
    names = [file.relative_to(folder).parts[:-1][:1] for file in files]
    _, labels = np.unique(np.array(["/".join(name) for name in names]), return_inverse=True)
    return labels.astype(np.int64)
