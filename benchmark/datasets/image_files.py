"""Images that somebody else wrote, to be scored as they are: pictures in a folder or a .zip, or an array in a file."""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.datasets.dataset import Content, Pixels
from benchmark.datasets.deep_greys import EIGHT_BITS
from benchmark.datasets.folder import pictures
from benchmark.datasets.memory import ask_for_memory, images_a_piece
from benchmark.datasets.origin import Size
from benchmark.datasets.picture_formats import picture_suffixes
from benchmark.datasets.pictures import PictureFile, Target, decoders, picture_content, squared
from benchmark.datasets.stored_arrays import UNREADABLE, StoredArray, check_size, stored_arrays
from benchmark.datasets.survey import Header, Survey, read_header
from benchmark.datasets.zip_pictures import zip_pictures
from benchmark.environment import cores
from benchmark.errors import UserError

CHUNK = 64
BLOCK = 256  # images that are handed on together: a whole number of an extractor's batches
COLOURS = (1, 3)
PICKLES = (".pkl", ".pickle", ".pt", ".pth")
INSTEAD = "save arrays with np.savez, and give the .npz"
ADVICE = "name one side for all, as in --set resolution=32"


@dataclass(frozen=True)
class ImageSource:
    """Images that have not been read.

    Attributes:
        path: The folder or file.
        shape: (N, C, H, W).
        blocks: All of them, `BLOCK` at a time; raises UserError where they are not what was promised.
        depth: "8 bits", or what became white where greys had more.
        sizes: Width and height that images had before they were brought to one side, as far as they can be read.
    """

    path: Path
    shape: tuple[int, int, int, int]
    blocks: Callable[[], Iterator[Pixels]]
    depth: str = EIGHT_BITS
    sizes: frozenset[Size] = frozenset()

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def size(self) -> int:
        """Their bytes."""
        return math.prod(self.shape)

    def first(self, count: int) -> Iterator[Pixels]:
        """The first `count` of them in blocks."""
        for block in self.blocks():
            yield block[:count]
            count -= len(block)
            if count <= 0:
                return

    def at(self, positions: NDArray[np.int64]) -> Iterator[Pixels]:
        """Those at some positions, one or more in ascending order, `BLOCK` at a time."""
        kept, start = np.empty((0, *self.shape[1:]), np.uint8), 0
        for block in self.blocks():
            inside = positions[(positions >= start) & (positions < start + len(block))] - start
            kept = np.concatenate([kept, block[inside]]) if len(kept) or len(inside) < len(block) else block
            start += len(block)
            while len(kept) >= BLOCK:
                yield kept[:BLOCK]
                kept = kept[BLOCK:]
            if start > positions[-1]:
                break
        if len(kept):
            yield kept

    def read(self, count: int) -> Pixels:
        """The first `count` of them at once (count, C, H, W).

        Raises:
            UserError: if this machine has no room for them, or they are not what was promised.
        """
        shape = (min(count, len(self)), *self.shape[1:])
        ask_for_memory(math.prod(shape), f"{self.path}: {shape[0]:,} images of {list(shape[1:])}")
        images, start = np.empty(shape, np.uint8), 0
        for block in self.first(shape[0]):
            images[start : start + len(block)] = block
            start += len(block)
        return images


def find_images(source: Path, resolution: int = 0) -> ImageSource:
    """Images of a folder or a .zip in the order of their paths, or of a file in the order of its array.

    Args:
        source: A folder of pictures; a .zip of them; or an .npy, .npz or .safetensors with one array of uint8 images,
            (N, H, W, C), (N, C, H, W) or (N, H, W).
        resolution: Side that images are cropped and resized to; if 0, all must be of one size.

    Raises:
        UserError: naming the file that is missing, broken, of another size, or of another type.
    """
    if holds_pictures(source):
        return _of_pictures(source, picture_files(source), resolution)
    if source.suffix.lower() in PICKLES:
        raise UserError(f"{source}: is a pickle, which may run any program when it is read; {INSTEAD}")
    try:
        return _of_array(_only_images(source), source, resolution)
    except UNREADABLE as error:
        raise _unreadable(source, error) from error


def holds_pictures(source: Path) -> bool:
    """Whether a path is a folder or a .zip, whose pictures are files of their own."""
    return source.is_dir() or source.suffix.lower() == ".zip"


def picture_files(source: Path) -> list[PictureFile]:
    """The pictures in a folder or a .zip, in the order in which they are read.

    Raises:
        UserError: if it cannot be read, or holds none.
    """
    found = pictures(source) if source.is_dir() else zip_pictures(source, picture_suffixes())
    return sorted(found, key=str)


def read_images(source: Path, resolution: int = 0) -> Pixels:
    """Images (N, C, H, W) as `find_images` finds them, at once.

    Raises:
        UserError: as `find_images` and `ImageSource.read`.
    """
    found = find_images(source, resolution)
    return found.read(len(found))


def is_image_file(source: Path) -> bool:
    """Whether a path is read here: a folder, a .zip, .npy or .npz, or a .safetensors that holds an array of bytes."""
    if source.suffix != ".safetensors" or not source.is_file():
        return holds_pictures(source) or source.suffix.lower() in (".npy", ".npz", *PICKLES)
    try:
        return any(array.dtype == "uint8" for array in stored_arrays(source))
    except UNREADABLE:
        return False


def _of_pictures(source: Path, files: Sequence[PictureFile], resolution: int) -> ImageSource:
    survey = _surveyed(files, resolution)
    survey.told()
    target = Target(resolution, channels=3, white=survey.white())
    content = picture_content(files, np.zeros(len(files), np.int64), 1, target)
    shape = content.part(0, 1).shape[1:]
    blocks = partial(_decoded, content, files, shape, survey.largest)
    depth = str(target.white or EIGHT_BITS)
    return ImageSource(source, (len(files), *shape), blocks, depth, frozenset(survey.sizes))


def _decoded(content: Content, files: Sequence[PictureFile], shape: tuple[int, ...], largest: int) -> Iterator[Pixels]:
    """Pictures in blocks, each decoded by several threads."""
    chunk = images_a_piece(math.prod(shape), CHUNK)
    with ThreadPoolExecutor(decoders(largest, cores())) as threads:
        for start in range(0, len(files), BLOCK):
            block = np.empty((min(BLOCK, len(files) - start), *shape), np.uint8)
            fill = partial(_fill, block, content, files, start)
            for _ in threads.map(fill, range(0, len(block), chunk), [chunk] * len(block)):
                pass
            yield block


def _fill(block: Pixels, content: Content, files: Sequence[PictureFile], before: int, start: int, count: int) -> None:
    part = content.part(before + start, min(before + start + count, before + len(block)))
    if part.shape[1:] != block.shape[1:]:  # as of a picture whose header could not be read
        sizes = [f"{shape[-1]}x{shape[-2]}" for shape in (part.shape, block.shape)]
        raise UserError(f"{files[before + start]}: {sizes[0]} pixels upright, and {files[0].name} {sizes[1]}; {ADVICE}")
    block[start : start + count] = part


def _surveyed(files: Sequence[PictureFile], resolution: int) -> Survey:
    """What some pictures have in common; they must all be of one size if no side is named."""
    survey, first = Survey(), Header()
    for file in files:
        header = read_header(file)
        survey.add(file, header)
        first = first if first.pixels else header
        if not resolution and header.pixels and header.size != first.size:
            sizes = ["{}x{}".format(*each.size) for each in (header, first)]
            raise UserError(f"{file}: {sizes[0]} pixels, and {files[0].name} {sizes[1]}; {ADVICE}")
    return survey


def _only_images(source: Path) -> StoredArray:
    found = stored_arrays(source)
    images = [array for array in found if array.may_be_images]
    if len(images) != 1:
        held = ", ".join(map(str, found)) or "nothing"
        raise ValueError(f"it must hold one array of uint8 images; it holds {held}")
    return images[0]


def _of_array(array: StoredArray, source: Path, resolution: int) -> ImageSource:
    check_size(array, source)
    shape = _channels_first(array.shape)
    blocks, original = partial(_blocks, array, source), (shape[3], shape[2])
    if resolution and original != (resolution, resolution):
        shape, blocks = (*shape[:2], resolution, resolution), partial(_squared, blocks, resolution)
    return ImageSource(source, shape, blocks, sizes=frozenset({original}))


def _squared(blocks: Callable[[], Iterator[Pixels]], side: int) -> Iterator[Pixels]:
    for block in blocks():
        yield np.stack([squared(image, side) for image in block])


def _blocks(array: StoredArray, source: Path) -> Iterator[Pixels]:
    turned = len(array.shape) == 4 and array.shape[-1] in COLOURS
    try:
        for block in array.blocks(BLOCK):
            images = block[:, None] if block.ndim == 3 else block
            yield np.array(images.transpose(0, 3, 1, 2) if turned else images, order="C")  # its own, not the file's
    except UNREADABLE as error:
        raise _unreadable(source, error) from error


def _channels_first(shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    if len(shape) == 3 and shape[-1] == 3:
        raise ValueError(f"{list(shape)} may be one image or many; give [1, H, W, 3] or [N, H, 3, 1]")
    if len(shape) == 3:
        return shape[0], 1, shape[1], shape[2]
    if shape[-1] in COLOURS:
        return shape[0], shape[3], shape[1], shape[2]
    if shape[1] in COLOURS:
        return shape[0], shape[1], shape[2], shape[3]
    raise ValueError(f"images of {list(shape)}: 1 or 3 channels are allowed")


def no_images(source: Path) -> str:
    """What is told of a file that by its name holds no images that are scored; "" if it may hold some."""
    ending = source.suffix.lower()
    if ending in picture_suffixes():
        return f"{source}: a single picture; give its folder, {source.parent}"
    known = (".zip", ".npy", ".npz", ".safetensors")
    return (
        "" if ending in (*known, *PICKLES) else f"{source}: no images; give a folder of pictures, or {' '.join(known)}"
    )


def _unreadable(source: Path, error: Exception) -> UserError:
    if told := no_images(source):
        return UserError(told)
    reason = " ".join(str(error).split()) or type(error).__name__
    return UserError(f"{source}: no images can be read from it ({reason})")
