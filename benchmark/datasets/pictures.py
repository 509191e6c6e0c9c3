"""Pictures of any size and format that Pillow reads, as squares of one size."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from struct import error as StructError

import numpy as np
from PIL import Image, ImageOps

from benchmark.datasets.dataset import Content, Labels, Pixels, UnreadableFilesError
from benchmark.datasets.origin import CROPPED, Origin, origin_of, picture_sizes

MODES = {1: "L", 3: "RGB"}
DEEP_GREYS = ("I;16", "I;16B", "I;16L", "I")
WHITE = (255, 255, 255, 255)
# What Pillow raises for a file that is no picture, cut off, absurdly large or of a kind it does not know.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, StructError, Image.DecompressionBombError)


def picture_content(
    paths: Sequence[Path], labels: Labels, classes: int, side: int, channels: int, crop: int = 0
) -> Content:
    """Pictures that are decoded when they are asked for.

    Args:
        paths: The files of N pictures.
        labels: (N,) from 0 to `classes` - 1.
        classes: How many labels there are.
        side: In pixels, of the squares that they become; if 0, pictures of one size are left as they are.
        channels: 1 for grey, 3 for RGB.
        crop: Side in pixels of the centre square that is kept; the largest that fits if 0.
    """

    def decoding(start: int, stop: int) -> Callable[[], Pixels]:
        return partial(decode_all, tuple(paths[start:stop]), side, channels, crop)

    def origin() -> Origin | None:
        return origin_of(picture_sizes(paths), side, CROPPED)

    return Content(labels, classes, lambda start, stop: decoding(start, stop)(), decoding=decoding, origin=origin)


def decode_all(paths: Sequence[Path], side: int, channels: int, crop: int) -> Pixels:
    """Pictures as (N, channels, side, side), as `decode` gives each.

    Raises:
        UnreadableFilesError: naming all that cannot be decoded.
    """
    squares, problems = [], []
    for path in paths:
        try:
            squares.append(decode(path, side, channels, crop))
        except BROKEN as error:
            problems.append(f"{path}: cannot be read as a picture ({' '.join(str(error).split())})")
    if problems:
        raise UnreadableFilesError(problems)
    return np.stack(squares)


def decode(path: Path, side: int, channels: int, crop: int = 0) -> Pixels:
    """The centre square of a picture, (channels, side, side); the whole, (channels, H, W), if `side` is 0.

    It is turned as its EXIF tag says, transparent parts are white, an animation shows its first frame, 16 bits become
    8, and it is resized by Pillow's bilinear filter, which averages over all pixels that it leaves out.

    Raises:
        OSError, SyntaxError, ValueError, EOFError, struct.error, DecompressionBombError: if the file cannot be decoded,
            or is smaller than `crop`.
    """
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture)
        plain = _plain(upright, MODES[channels])
    if side:
        square = _centre(plain, crop)
        plain = square if square.size == (side, side) else square.resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(plain).reshape(plain.height, plain.width, channels).transpose(2, 0, 1)


def is_grey(path: Path) -> bool:
    """Whether a picture has no colours, by its header alone; a file that has none counts as coloured."""
    try:
        with Image.open(path) as picture:
            return picture.mode in ("1", "L", "LA", *DEEP_GREYS)
    except BROKEN:
        return False


def _plain(picture: Image.Image, mode: str) -> Image.Image:
    """The same without transparency, deep greys or a palette."""
    if picture.mode in DEEP_GREYS:
        values = np.asarray(picture, dtype=np.float64)
        picture = Image.fromarray(np.rint(np.clip(values, 0, 65535) / 257).astype(np.uint8))
    elif picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", coloured.size, WHITE), coloured)
    return picture.convert(mode)


def _centre(picture: Image.Image, crop: int) -> Image.Image:
    width, height = picture.size
    side = crop or min(width, height)
    if min(width, height) < side:
        raise ValueError(f"{width}x{height} pixels, the centre square has {side}")
    # Halves are rounded as torchvision's CenterCrop rounds them.
    left, top = round((width - side) / 2), round((height - side) / 2)
    return picture.crop((left, top, left + side, top + side))
