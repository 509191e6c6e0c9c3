"""Images that somebody else wrote, to be scored as they are: a folder of pictures, an .npz or a .safetensors."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load_file

from benchmark.datasets.dataset import Pixels, UnreadableFilesError
from benchmark.datasets.folder import pictures
from benchmark.datasets.pictures import picture_content
from benchmark.environment import cores
from benchmark.errors import UserError

CHUNK = 64
COLOURS = (1, 3)


def read_images(source: Path, resolution: int = 0) -> Pixels:
    """Images (N, C, H, W) of a folder in the order of its paths, or of a file in the order of its array.

    Args:
        source: A folder of pictures; or an .npz or .safetensors with one array of uint8 images, (N, H, W, C),
            (N, C, H, W) or (N, H, W).
        resolution: Side that pictures of a folder are cropped and resized to; if 0, all must be of one size.

    Raises:
        UserError: naming the file that is missing, broken, of another size, or of another type.
    """
    if source.is_dir():
        return np.concatenate(list(_pictures(source, resolution)))
    try:
        return _channels_first(_only_images(source), source)
    except (OSError, ValueError, BadZipFile, SafetensorError) as error:
        raise UserError(f"{source}: no images can be read from it ({' '.join(str(error).split())})") from error


def is_image_file(source: Path) -> bool:
    """Whether a path is read here: a folder, an .npz, or a .safetensors that holds an array of bytes."""
    if source.suffix != ".safetensors" or not source.is_file():
        return source.is_dir() or source.suffix == ".npz"
    try:
        return any(array.dtype == np.uint8 for array in load_file(source).values())
    except (OSError, SafetensorError):
        return False


def _pictures(folder: Path, resolution: int) -> Iterator[Pixels]:
    files = sorted(pictures(folder), key=str)
    if not resolution:
        _check_sizes(files)
    content = picture_content(files, np.zeros(len(files), np.int64), 1, resolution, 3)
    starts = range(0, len(files), CHUNK)
    with ThreadPoolExecutor(cores()) as threads:
        yield from threads.map(lambda start: content.part(start, start + CHUNK), starts)


def _check_sizes(files: Sequence[Path]) -> None:
    width, height = _size(files[0])
    for file in files[1:]:
        if (size := _size(file)) != (width, height):
            sizes = f"{size[0]}x{size[1]} pixels, and {files[0].name} {width}x{height}"
            raise UserError(f"{file}: {sizes}; name one side for all, as in --set resolution=32")


def _size(file: Path) -> tuple[int, int]:
    try:
        with Image.open(file) as picture:
            return picture.size
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadableFilesError([f"{file}: cannot be read as a picture ({error})"]) from error


def _only_images(source: Path) -> Pixels:
    if source.suffix == ".npz":
        with np.load(source, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    else:
        found = load_file(source)
    images = {name: array for name, array in found.items() if array.dtype == np.uint8 and array.ndim in (3, 4)}
    if len(images) != 1:
        held = ", ".join(f"{name} {array.dtype}{list(array.shape)}" for name, array in found.items()) or "nothing"
        raise ValueError(f"it must hold one array of uint8 images; it holds {held}")
    return next(iter(images.values()))


def _channels_first(images: Pixels, source: Path) -> Pixels:
    if images.ndim == 3:
        return images[:, None]
    if images.shape[-1] in COLOURS:
        return np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    if images.shape[1] in COLOURS:
        return images
    raise ValueError(f"images of {list(images.shape)}: 1 or 3 channels are allowed")
