"""What images were before they were brought to one size."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.catalog import load_split
from benchmark.datasets.given_images import read_given
from benchmark.datasets.origin import Origin, origin_of, picture_sizes


def write(path: Path, width: int, height: int, orientation: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture, exif = Image.fromarray(np.zeros((height, width), np.uint8)), Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    picture.save(path, exif=exif)


@pytest.mark.parametrize(
    ("sizes", "side", "said"),
    [
        ([(32, 32)] * 3, 32, ("32x32", "none")),
        ([(32, 32)], 0, ("32x32", "none")),
        ([(64, 64)], 32, ("64x64", "averaged")),
        ([(20, 31), (640, 480), (32, 32)], 32, ("20x31 to 640x480", "averaged")),
        ([(31, 20), (20, 31)], 0, ("20x31 to 31x20", "none")),
    ],
)
def test_sizes_and_what_was_done(sizes: list[tuple[int, int]], side: int, said: tuple[str, str]) -> None:
    found = origin_of(sizes, side, "averaged")
    assert found is not None
    assert (found.sizes, found.resize) == said


def test_nothing_is_known_of_no_images() -> None:
    assert origin_of([], 32, "averaged") is None


def test_two_parts_together() -> None:
    small, large = Origin((8, 8), (8, 8), "none"), Origin((10, 9), (40, 30), "averaged")
    assert small.joined(large) == large.joined(small) == Origin((8, 8), (40, 30), "averaged")


def test_pictures_are_measured_as_they_are_turned(tmp_path: Path) -> None:
    write(tmp_path / "lying.jpg", 30, 20, orientation=6)
    write(tmp_path / "upright.jpg", 30, 20, orientation=3)
    (tmp_path / "broken.png").write_bytes(b"none")
    files = [tmp_path / name for name in ("lying.jpg", "upright.jpg", "broken.png")]
    assert picture_sizes(files) == [(20, 30), (30, 20)]


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_every_format_is_turned_once(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"lying.{suffix}"
    if suffix == "tiff":
        Image.fromarray(np.zeros((20, 30), np.uint8)).save(path, tiffinfo={0x0112: 6})
    else:
        write(path, 30, 20, orientation=6)
    assert picture_sizes([path]) == [(20, 30)]
    assert read_given(tmp_path).images.shape == (1, 3, 30, 20)


def test_of_a_data_set_and_when_it_is_resized(tmp_path: Path) -> None:
    assert load_split("digits", "test", tmp_path).origin == Origin((8, 8), (8, 8), "none")
    resized = load_split("digits", "all", tmp_path, resolution=16).origin
    assert resized == Origin((8, 8), (8, 8), "bilinear, antialiased")


def test_of_a_folder_the_first_and_every_later_time(tmp_path: Path) -> None:
    for number, split in enumerate(("train", "train", "validation", "test")):
        write(tmp_path / "photos" / split / f"{number}.png", 20 + number, 40)
    name, cropped = f"folder:{tmp_path / 'photos'}", "centre square, bilinear, antialiased"
    for _ in range(2):
        found = load_split(name, "train", tmp_path / "data", 16).origin
        assert found == Origin((20, 40), (21, 40), cropped)
    assert load_split(name, "all", tmp_path / "data", 16).origin == Origin((20, 40), (23, 40), cropped)


def test_of_given_images(tmp_path: Path) -> None:
    write(tmp_path / "photos" / "a.png", 20, 40)
    assert read_given(tmp_path / "photos").origin == Origin((20, 40), (20, 40), "none")
    cropped = Origin((20, 40), (20, 40), "centre square, bilinear, antialiased")
    assert read_given(tmp_path / "photos", 16).origin == cropped
    np.savez(tmp_path / "images.npz", np.zeros((5, 12, 9, 3), np.uint8))
    assert read_given(tmp_path / "images.npz", 16).origin == Origin((9, 12), (9, 12), cropped.resize)
    assert read_given(tmp_path / "images.npz").origin == Origin((9, 12), (9, 12), "none")
