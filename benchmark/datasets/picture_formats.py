"""Which files count as pictures: formats that hold nothing else, by their names and by what is in them."""

from functools import cache

from PIL import Image

# Pillow knows more: documents (PDF, EPS), films, weather maps and tables of numbers, some of which it hands to other
# programs, and some of which it can only recognise.
FORMATS = (
    *("AVIF", "BLP", "BMP", "DDS", "DIB", "GIF", "ICNS", "ICO", "IM", "JPEG", "JPEG2000", "MSP", "PCX", "PNG"),
    *("PPM", "PSD", "QOI", "SGI", "SUN", "TGA", "TIFF", "WEBP", "XBM", "XPM"),
)
IN_JPEG = "MPO"  # a JPEG with more behind it, which is opened as one


@cache
def picture_suffixes() -> frozenset[str]:
    """What names of pictures end with, in small letters."""
    return frozenset(suffix for suffix, kind in Image.registered_extensions().items() if kind in (*FORMATS, IN_JPEG))
