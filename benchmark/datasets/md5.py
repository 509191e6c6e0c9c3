"""The MD5 digests by which torchvision knows the files of its data sets."""

import hashlib
from pathlib import Path


def md5_problem(path: Path, md5: dict[str, str]) -> str | None:
    """None if a file has the MD5 digest listed under its name, else what is wrong with it."""
    if not path.is_file():
        return "is missing"
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return None if found == md5[path.name] else f"is broken: its MD5 digest is not {md5[path.name]}"
