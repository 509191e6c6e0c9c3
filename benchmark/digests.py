"""Files that are read back say whether they are whole: a SHA-256 of all their bytes stands in them.

One way for all kinds: JSON, a line of a journal, and the header of a safetensors file hold `"sha256": "DIGEST"`, which
is that of the same bytes with zeros in its place. What an earlier version wrote has none, and counts as whole.
"""

import hashlib
import re
import zlib
from pathlib import Path

from benchmark.notices import tell

KEY = "sha256"
BLANK = "0" * 64
_PLACE = re.compile(rb'"sha256": ?"([0-9a-f]{64})"')
_HEAD = 2**24  # it stands near the beginning: a large file without one is not searched to its end


class DamagedFileError(ValueError):
    """A file is not as it was written, or never was what it should be."""


def sealed(content: bytes) -> bytes:
    """The content with its digest in place of the zeros of its first `"sha256"`.

    Raises:
        ValueError: if it has no place for one.
    """
    place = _PLACE.search(content, 0, _HEAD)
    if place is None or place[1] != BLANK.encode():
        raise ValueError(f'no place for a digest: "{KEY}": "{BLANK}"')
    digest = hashlib.sha256(content).hexdigest().encode()
    return content[: place.start(1)] + digest + content[place.end(1) :]


def sealed_json(text: str) -> str:
    """The text of a JSON object that has some key, with its digest as the first."""
    return sealed(text.replace("{", f'{{"{KEY}": "{BLANK}",', 1).encode()).decode()


def is_whole(content: bytes) -> bool:
    """Whether content is as it was sealed; that of an earlier version, which has no digest, is."""
    place = _PLACE.search(content, 0, _HEAD)
    if place is None:
        return True
    digest = hashlib.sha256(content[: place.start(1)])
    digest.update(BLANK.encode())
    digest.update(memoryview(content)[place.end(1) :])
    return digest.hexdigest().encode() == place[1]


def check_whole(content: bytes) -> bytes:
    """The content.

    Raises:
        DamagedFileError: if it is not as it was sealed.
    """
    if not is_whole(content):
        raise DamagedFileError("its digest is another: it was changed after it was written")
    return content


def is_whole_png(content: bytes) -> bool:
    """Whether a PNG has all its parts, each with the checksum that the format gives it."""
    signature, place, kind = b"\x89PNG\r\n\x1a\n", 8, b""
    if content[:place] != signature:
        return False
    while kind != b"IEND" and place + 12 <= len(content):
        end = place + 8 + int.from_bytes(content[place : place + 4], "big")
        kind, checksum = content[place + 4 : place + 8], int.from_bytes(content[end : end + 4], "big")
        if zlib.crc32(content[place + 4 : end]) != checksum:
            return False
        place = end + 4
    return kind == b"IEND" and place == len(content)


def tell_damaged(path: Path, reason: object, remedy: str) -> None:
    """Say in one line, where errors go, that a file is damaged and what is done about it."""
    why = " ".join(str(reason).split())[:200]
    tell(f"{path}: damaged ({why}); {remedy}")


def set_aside(path: Path, reason: object, remedy: str) -> Path:
    """Say so, and move a damaged file to NAME.damaged, in place of an earlier one; it stays where nothing can be moved.

    Returns:
        Where it is now.
    """
    tell_damaged(path, reason, remedy)
    aside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(aside)
    except OSError:
        return path
    return aside
