"""Pictures of any size and format that Pillow reads, as squares of one size."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmark.datasets.dataset import Content, Labels, Pixels, UnreadableFilesError
from benchmark.datasets.deep_greys import EIGHT_BITS, MODES, Greys, White, white_of
from benchmark.datasets.origin import CROPPED, Origin, origin_of, picture_sizes
from benchmark.datasets.picture_formats import FORMATS
from benchmark.datasets.zip_pictures import ZipMember

PictureFile = Path | ZipMember
COLOURS = {1: "L", 3: "RGB"}
OPAQUE_WHITE = (255, 255, 255, 255)
# Of a picture: of each pixel up to twenty bytes live at once, four a copy, which makes 0.7 GB.
MOST_PIXELS = 2**25
# Of a JPEG, which can be decoded at half its side; a progressive one takes six bytes of each all the same.
MOST_JPEG_PIXELS = 2**27
JPEGS = ("JPEG", "MPO")
PGM_WHITE = White(65535.0, is_float=False)
# Tags of a TIFF, and their values.
PHOTOMETRIC, WHITE_IS_ZERO = 262, 0
SAMPLE_FORMAT, SIGNED = 339, 2
# Of all pictures that are decoded at the same time: the usual ones take twelve bytes of each, 0.8 GB.
MOST_PIXELS_AT_ONCE = 2**26

# Pillow warns of what is refused here, and of tags that nobody asked for, in lines of its own.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True)
class Target:
    """What pictures become.

    Attributes:
        side: In pixels, of the squares; if 0, pictures of one size are left as they are.
        channels: 1 for grey, 3 for RGB.
        crop: Side in pixels of the centre square that is kept; the largest that fits if 0.
        white: Of deep greys; None if there are none.
    """

    side: int
    channels: int
    crop: int = 0
    white: White | None = None


def decoders(largest: int, cores: int) -> int:
    """How many pictures are decoded at the same time, if the largest has so many pixels; one at least."""
    return max(1, min(cores, MOST_PIXELS_AT_ONCE // max(1, min(largest, MOST_PIXELS))))


def picture_content(paths: Sequence[PictureFile], labels: Labels, classes: int, target: Target) -> Content:
    """Pictures that are decoded when they are asked for.

    Args:
        paths: The files of N pictures.
        labels: (N,) from 0 to `classes` - 1.
        classes: How many labels there are.
        target: What they become.
    """

    def decoding(start: int, stop: int) -> Callable[[], Pixels]:
        return partial(decode_all, tuple(paths[start:stop]), target)

    def origin() -> Origin | None:
        return origin_of(picture_sizes(paths), target.side, CROPPED, str(target.white or EIGHT_BITS))

    return Content(labels, classes, lambda start, stop: decoding(start, stop)(), decoding=decoding, origin=origin)


def decode_all(paths: Sequence[PictureFile], target: Target) -> Pixels:
    """Pictures as (N, channels, side, side), as `decode` gives each.

    Raises:
        UnreadableFilesError: naming all that cannot be decoded, or are of another size than the first if the side is 0.
    """
    squares: list[Pixels] = []
    problems = []
    for path in paths:
        try:
            squares.append(decode(path, target))
            _check_equal(squares[-1], squares[0])
        # A file that was made to break Pillow's plugins breaks them in any way: IndexError, KeyError, MemoryError ...
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            problems.append(f"{path}: cannot be read as a picture ({reason})")
    if problems:
        raise UnreadableFilesError(problems)
    return np.stack(squares)


def decode(path: PictureFile, target: Target) -> Pixels:
    """The centre square of a picture, (channels, side, side); the whole, (channels, H, W), if `side` is 0.

    It is turned as its EXIF tag says, transparent parts are white, an animation shows its first frame, greys of more
    bits become 8 by the target's white (by the picture's own if it has none), colours of 16 bits keep the upper 8, and
    it is resized by Pillow's bilinear filter, which averages over all pixels that it leaves out. A JPEG of more than
    `MOST_PIXELS` is decoded at half its side.

    Raises:
        Exception: any, if the file cannot be decoded, is larger than is allowed, or smaller than the crop.
    """
    plain = _plain(_upright(path, target), target)
    side, channels = target.side, target.channels
    if side and plain.size != (side, side):
        plain = plain.resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(plain).reshape(plain.height, plain.width, channels).transpose(2, 0, 1)


def squared(pixels: Pixels, side: int) -> Pixels:
    """The centre square of an image (C, H, W) as (C, side, side), resized as pictures are."""
    image = Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0))
    small = np.asarray(_centre(image, 0).resize((side, side), Image.Resampling.BILINEAR))
    return small[None] if small.ndim == 2 else small.transpose(2, 0, 1)


def greys_of(path: PictureFile) -> Greys:
    """What the values of a picture of deep greys are.

    Raises:
        Exception: any, if the file cannot be decoded, or is larger than is allowed.
    """
    return Greys.of(str(path), np.asarray(_upright(path, Target(side=0, channels=1))))


def _upright(path: PictureFile, target: Target) -> Image.Image:
    """What is kept of a picture, as its colours are; the rest is given back when this returns."""
    with path.open("rb") as file, Image.open(file, formats=FORMATS) as picture:
        may_shrink = bool(target.side) and not target.crop and picture.format in JPEGS
        _check_size(picture, MOST_JPEG_PIXELS if may_shrink else MOST_PIXELS)
        if picture.width * picture.height > MOST_PIXELS:
            picture.draft(picture.mode, (max(1, picture.width // 2), max(1, picture.height // 2)))
        _check_kind(picture)
        scaled = is_scaled(picture)
        ImageOps.exif_transpose(picture, in_place=True)
        _check_size(picture, MOST_PIXELS)  # an icon holds another picture, whose size is seen only now
        kept = _centre(picture, target.crop) if target.side else picture.copy()
        return Image.fromarray(PGM_WHITE.eight_bits(np.asarray(kept))) if scaled else kept


def is_scaled(picture: Image.Image) -> bool:
    """Whether greys are deep, and say themselves what is white: a PGM does, by whose word Pillow scales them."""
    return picture.format == "PPM" and picture.mode in ("I", "I;16")


def _check_kind(picture: Image.Image) -> None:
    """Refuse TIFFs of which Pillow gives other values than they mean."""
    tags = getattr(picture, "tag_v2", {}) if picture.format == "TIFF" else {}
    if picture.mode in MODES and tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        raise ValueError("0 is white in it, which is read of 8 bits alone; save it with 0 as black")
    if picture.mode == "L" and SIGNED in np.atleast_1d(tags.get(SAMPLE_FORMAT, 1)):
        raise ValueError("its 8 bits have a sign; save it without")


def _check_size(picture: Image.Image, most: int) -> None:
    width, height = picture.size
    if not 0 < width * height <= most:
        raise ValueError(f"{width}x{height} pixels; 1 to {MOST_PIXELS:,} are allowed, {MOST_JPEG_PIXELS:,} of a JPEG")


def _check_equal(pixels: Pixels, first: Pixels) -> None:
    if pixels.shape != first.shape:
        sizes = [f"{array.shape[2]}x{array.shape[1]}" for array in (pixels, first)]
        raise ValueError(f"{sizes[0]} pixels, and the first {sizes[1]}; name one side for all")


def _plain(picture: Image.Image, target: Target) -> Image.Image:
    """The same without transparency, deep greys or a palette."""
    if picture.mode in MODES:
        values = np.asarray(picture)
        white = target.white or white_of([Greys.of("it", values)])
        assert white is not None
        grey = white.eight_bits(values)
        if (transparent := picture.info.get("transparency")) is not None:
            grey[values == transparent] = 255
        picture = Image.fromarray(grey)
    elif picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", coloured.size, OPAQUE_WHITE), coloured)
    return picture.convert(COLOURS[target.channels])


def _centre(picture: Image.Image, crop: int) -> Image.Image:
    width, height = picture.size
    side = crop or min(width, height)
    if min(width, height) < side:
        raise ValueError(f"{width}x{height} pixels, the centre square has {side}")
    # Halves are rounded as torchvision's CenterCrop rounds them.
    left, top = round((width - side) / 2), round((height - side) / 2)
    return picture.crop((left, top, left + side, top + side))
