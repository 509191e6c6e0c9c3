"""Cases of data: files and folders of images that somebody else made."""

from pathlib import Path

from hypothesis.strategies import DataObject, binary

from benchmark.datasets.image_files import read_images
from tools.fuzz.sandbox import given


def npz(source: DataObject) -> None:
    """An .npz of any bytes."""
    read_images(given(Path("images.npz"), source.draw(binary(max_size=500))))


CASES = {"npz": npz}
