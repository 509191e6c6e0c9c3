"""The MD5 digests by which torchvision knows the files of its data sets."""

from pathlib import Path

from torchvision.datasets.utils import check_integrity


def md5_problem(path: Path, md5: dict[str, str]) -> str | None:
    """None if a file has the MD5 digest listed under its name, else what is wrong with it."""
    if not path.is_file():
        return "is missing"
    return None if check_integrity(path, md5[path.name]) else f"is broken: its MD5 digest is not {md5[path.name]}"
