"""What images were before they were brought to one size: it moves scores, and a record says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmark.datasets.deep_greys import EIGHT_BITS
from benchmark.datasets.picture_formats import FORMATS
from benchmark.datasets.zip_pictures import ZipMember

AS_THEY_WERE = "none"
RESIZED = "bilinear, antialiased"
CROPPED = f"centre square, {RESIZED}"
ORIENTATION = 0x0112  # EXIF's tag
IMAGE_WIDTH = 256  # a TIFF's
LYING = range(5, 9)  # where it says that a picture lies on its side
Size = tuple[int, int]  # width and height in pixels


@dataclass(frozen=True)
class Origin:
    """Sizes before, and what was done.

    Attributes:
        smallest: By area.
        largest: By area.
        resize: How they were brought to one side: "none" where all had it.
        depth: "8 bits", or what became white where greys had more.
    """

    smallest: Size
    largest: Size
    resize: str
    depth: str = EIGHT_BITS

    @property
    def sizes(self) -> str:
        """In words, as in "32x32" or "20x31 to 640x480"."""
        ends = dict.fromkeys("x".join(map(str, size)) for size in (self.smallest, self.largest))
        return " to ".join(ends)

    def joined(self, other: "Origin") -> "Origin":
        """That of both together."""
        touched = [each.resize for each in (self, other) if each.resize != AS_THEY_WERE]
        ends = _ends([self.smallest, self.largest, other.smallest, other.largest])
        depth = self.depth if other.depth == EIGHT_BITS else other.depth
        return Origin(*ends, touched[0] if touched else AS_THEY_WERE, depth)


def origin_of(sizes: Iterable[Size], side: int, resize: str, depth: str = EIGHT_BITS) -> Origin | None:
    """That of images of some sizes.

    Args:
        sizes: Theirs; None comes back if there are none.
        side: That they are brought to; 0 leaves them as they are.
        resize: What is done to those of another size.
        depth: As `Origin` has it.
    """
    known = set(sizes)
    if not known:
        return None
    return Origin(*_ends(known), resize if side and known != {(side, side)} else AS_THEY_WERE, depth)


def picture_sizes(paths: Sequence[Path | ZipMember]) -> list[Size]:
    """Of pictures by their headers, turned as their EXIF tag says; those that cannot be read are left out."""
    return [size for path in paths if (size := _size(path))]


def upright_size(picture: Image.Image) -> Size:
    """Of a picture that need not be decoded yet, turned as its EXIF tag says."""
    width, height = picture.size
    # A PNG's own method decodes the picture, for the sake of tags behind it.
    tags = Image.Image.getexif(picture)
    of_file = getattr(picture, "tag_v2", {}).get(IMAGE_WIDTH, width)
    if of_file != width:  # some versions of Pillow turn a TIFF's size at once
        return width, height
    return (height, width) if tags.get(ORIENTATION) in LYING else (width, height)


def _size(path: Path | ZipMember) -> Size | None:
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as picture:
            return upright_size(picture)
    except Exception:  # whatever Pillow trips over: whoever decodes it says what is wrong
        return None


def _ends(sizes: Iterable[Size]) -> tuple[Size, Size]:
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    return ordered[0], ordered[-1]
