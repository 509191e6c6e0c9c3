"""Pictures of any size and format that Pillow reads, as squares of one size."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmark.datasets.dataset import Content, Labels, Pixels, UnreadableFilesError
from benchmark.datasets.origin import CROPPED, Origin, origin_of, picture_sizes, upright_size
from benchmark.datasets.zip_pictures import ZipMember

PictureFile = Path | ZipMember
MODES = {1: "L", 3: "RGB"}
DEEP_GREYS = ("I;16", "I;16B", "I;16L", "I")
WHITE = (255, 255, 255, 255)
# Of a picture: of each pixel up to twenty bytes live at once, four a copy, which makes 0.7 GB.
MOST_PIXELS = 2**25
# Of a JPEG, which can be decoded at half its side; a progressive one takes six bytes of each all the same.
MOST_JPEG_PIXELS = 2**27
JPEGS = ("JPEG", "MPO")
# Of all pictures that are decoded at the same time: the usual ones take twelve bytes of each, 0.8 GB.
MOST_PIXELS_AT_ONCE = 2**26

# Pillow warns of some of what is refused here, in two more lines.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Header:
    """What a picture says of itself before it is decoded.

    Attributes:
        size: Width and height in pixels, upright as the EXIF tag says; of a file that is no picture, (0, 0).
        is_grey: Whether it has no colours; a file that is no picture counts as coloured.
    """

    size: tuple[int, int] = (0, 0)
    is_grey: bool = False

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.size[0] * self.size[1]


def read_header(path: PictureFile) -> Header:
    """What a file says of its picture; decodes nothing."""
    try:
        with path.open("rb") as file, Image.open(file) as picture:
            return Header(upright_size(picture), picture.mode in ("1", "L", "LA", *DEEP_GREYS))
    except Exception:  # as in `decode_all`, which tells it
        return Header()


def decoders(largest: int, cores: int) -> int:
    """How many pictures are decoded at the same time, if the largest has so many pixels; one at least."""
    return max(1, min(cores, MOST_PIXELS_AT_ONCE // max(1, min(largest, MOST_PIXELS))))


def picture_content(
    paths: Sequence[PictureFile], labels: Labels, classes: int, side: int, channels: int, crop: int = 0
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


def decode_all(paths: Sequence[PictureFile], side: int, channels: int, crop: int) -> Pixels:
    """Pictures as (N, channels, side, side), as `decode` gives each.

    Raises:
        UnreadableFilesError: naming all that cannot be decoded, or are of another size than the first if `side` is 0.
    """
    squares: list[Pixels] = []
    problems = []
    for path in paths:
        try:
            squares.append(decode(path, side, channels, crop))
            _check_equal(squares[-1], squares[0])
        # A file that was made to break Pillow's plugins breaks them in any way: IndexError, KeyError, MemoryError ...
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            problems.append(f"{path}: cannot be read as a picture ({reason})")
    if problems:
        raise UnreadableFilesError(problems)
    return np.stack(squares)


def decode(path: PictureFile, side: int, channels: int, crop: int = 0) -> Pixels:
    """The centre square of a picture, (channels, side, side); the whole, (channels, H, W), if `side` is 0.

    It is turned as its EXIF tag says, transparent parts are white, an animation shows its first frame, 16 bits become
    8, and it is resized by Pillow's bilinear filter, which averages over all pixels that it leaves out. A JPEG of more
    than `MOST_PIXELS` is decoded at half its side.

    Raises:
        Exception: any, if the file cannot be decoded, is larger than is allowed, or smaller than `crop`.
    """
    plain = _plain(_upright(path, side, crop), MODES[channels])
    if side and plain.size != (side, side):
        plain = plain.resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(plain).reshape(plain.height, plain.width, channels).transpose(2, 0, 1)


def _upright(path: PictureFile, side: int, crop: int) -> Image.Image:
    """What is kept of a picture, as its colours are; the rest is given back when this returns."""
    with path.open("rb") as file, Image.open(file) as picture:
        may_shrink = bool(side) and not crop and picture.format in JPEGS
        _check_size(picture, MOST_JPEG_PIXELS if may_shrink else MOST_PIXELS)
        if picture.width * picture.height > MOST_PIXELS:
            picture.draft(picture.mode, (max(1, picture.width // 2), max(1, picture.height // 2)))
        ImageOps.exif_transpose(picture, in_place=True)
        _check_size(picture, MOST_PIXELS)  # an icon holds another picture, whose size is seen only now
        return _centre(picture, crop) if side else picture.copy()


def _check_size(picture: Image.Image, most: int) -> None:
    width, height = picture.size
    if not 0 < width * height <= most:
        raise ValueError(f"{width}x{height} pixels; 1 to {MOST_PIXELS:,} are allowed, {MOST_JPEG_PIXELS:,} of a JPEG")


def _check_equal(pixels: Pixels, first: Pixels) -> None:
    if pixels.shape != first.shape:
        sizes = [f"{array.shape[2]}x{array.shape[1]}" for array in (pixels, first)]
        raise ValueError(f"{sizes[0]} pixels, and the first {sizes[1]}; name one side for all")


def _plain(picture: Image.Image, mode: str) -> Image.Image:
    """The same without transparency, deep greys or a palette."""
    if picture.mode in DEEP_GREYS:
        picture = Image.fromarray(_eight_bits(np.asarray(picture)))
    elif picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", coloured.size, WHITE), coloured)
    return picture.convert(mode)


def _eight_bits(values: np.ndarray[tuple[int, ...], np.dtype[np.int32 | np.uint16]]) -> Pixels:
    """Greys (H, W) of 16 bits in 8; a row at a time, since floats take eight times as much."""
    grey = np.empty(values.shape, np.uint8)
    for row, rounded in zip(values, grey, strict=True):
        rounded[:] = np.rint(np.clip(row.astype(np.float64), 0, 65535) / 257)
    return grey


def _centre(picture: Image.Image, crop: int) -> Image.Image:
    width, height = picture.size
    side = crop or min(width, height)
    if min(width, height) < side:
        raise ValueError(f"{width}x{height} pixels, the centre square has {side}")
    # Halves are rounded as torchvision's CenterCrop rounds them.
    left, top = round((width - side) / 2), round((height - side) / 2)
    return picture.crop((left, top, left + side, top + side))
