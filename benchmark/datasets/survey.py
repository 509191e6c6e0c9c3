"""What pictures say of themselves, looked at before any is used: what they have in common, and what is lost of them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from PIL import Image, ImageFile

from benchmark.datasets.deep_greys import MODES, Greys, White, white_of
from benchmark.datasets.origin import Size, upright_size
from benchmark.datasets.picture_formats import FORMATS
from benchmark.datasets.pictures import PictureFile, decoders, greys_of, is_scaled
from benchmark.environment import cores
from benchmark.notices import first_of, tell_once

# Of these frames are pictures of their own; a telephone's MPO and the layers of a PSD are not.
MOVING = ("AVIF", "GIF", "PNG", "TIFF", "WEBP")


SIXTEEN_BITS = (";16B", ";16L", ";16N")  # of how a file has its colours, by Pillow's names


@dataclass(frozen=True)
class Header:
    """What a picture says of itself before it is decoded.

    Attributes:
        size: Width and height in pixels, upright as the EXIF tag says; of a file that is no picture, (0, 0).
        is_grey: Whether it has no colours; a file that is no picture counts as coloured.
        is_deep: Whether its greys have more than 8 bits.
        has_frames: Whether there are more pictures in it than the one that is taken.
        loses_bits: Whether its colours have 16 bits, of which Pillow gives 8.
    """

    size: tuple[int, int] = (0, 0)
    is_grey: bool = False
    is_deep: bool = False
    has_frames: bool = False
    loses_bits: bool = False

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.size[0] * self.size[1]


@dataclass
class Survey:
    """What pictures have in common; of 200,000 it keeps little.

    Attributes:
        is_grey: Whether none has colours.
        sizes: Width and height of each that can be read, upright.
        largest: Pixels of the largest.
        deep: Those whose greys have more than 8 bits.
        with_frames: Those of which one frame of several is taken.
        losing_bits: Those whose colours have 16 bits.
    """

    is_grey: bool = True
    sizes: set[Size] = field(default_factory=set)
    largest: int = 0
    deep: list[PictureFile] = field(default_factory=list)
    with_frames: list[PictureFile] = field(default_factory=list)
    losing_bits: list[PictureFile] = field(default_factory=list)

    @classmethod
    def of(cls, paths: Iterable[PictureFile]) -> "Survey":
        """That of some pictures, as their headers have it."""
        survey = cls()
        for path in paths:
            survey.add(path, read_header(path))
        return survey

    def add(self, path: PictureFile, header: Header) -> None:
        """One more picture."""
        self.is_grey = self.is_grey and header.is_grey
        if header.pixels:
            self.sizes.add(header.size)
        self.largest = max(self.largest, header.pixels)
        if header.is_deep:
            self.deep.append(path)
        if header.has_frames:
            self.with_frames.append(path)
        if header.loses_bits:
            self.losing_bits.append(path)

    def told(self) -> None:
        """Say what is lost of pictures, a line for each kind of loss."""
        if self.with_frames:
            tell_once(f"{first_of(self.with_frames)}: of several frames or pages the first is taken")
        if self.losing_bits:
            told = "of 16 bits a channel the upper 8 are taken, so that what has fewer bits comes out dark"
            tell_once(f"{first_of(self.losing_bits)}: {told}")

    def white(self) -> White | None:
        """The white of all deep greys; those that cannot be read are left to whoever decodes them.

        Raises:
            UserError: as `white_of`.
        """

        def greys(path: PictureFile) -> Greys | None:
            with suppress(Exception):
                return greys_of(path)
            return None

        with ThreadPoolExecutor(decoders(self.largest, cores())) as threads:
            return white_of([each for each in threads.map(greys, self.deep) if each])


def _raw_mode(picture: Image.Image) -> str:
    tiles = picture.tile if isinstance(picture, ImageFile.ImageFile) else []
    found = tiles[0].args if tiles else ""
    return str(found[0] if isinstance(found, tuple) and found else found)


def read_header(path: PictureFile) -> Header:
    """What a file says of its picture; decodes nothing."""
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as picture:
            # How the file has it; Pillow gives all but deep greys in 8 bits.
            raw = _raw_mode(picture)
            deep = picture.mode in MODES
            return Header(
                size=upright_size(picture),
                is_grey=picture.mode in ("1", "L", "LA", *MODES) or raw.startswith(("L;", "LA;")),
                is_deep=deep and not is_scaled(picture),
                has_frames=picture.format in MOVING and bool(getattr(picture, "is_animated", False)),
                loses_bits=not deep and raw.endswith(SIXTEEN_BITS),
            )
    except Exception:  # as in `decode_all`, which tells it
        return Header()
