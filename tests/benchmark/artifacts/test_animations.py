"""Animations, frame by frame as Pillow reads them."""

from pathlib import Path

import pytest
from PIL import Image

from benchmark.artifacts.animations import MILLISECONDS, PAUSE, is_animation, write_animation
from benchmark.errors import UserError

GREYS = (0, 80, 160, 240)


def frames() -> list[Image.Image]:
    return [Image.new("RGB", (6, 4), (grey, grey, grey)) for grey in GREYS]


def read(path: Path) -> list[tuple[int, int]]:
    """The grey and the milliseconds of each frame."""
    found = []
    with Image.open(path) as picture:
        assert picture.size == (6, 4)
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            found.append((picture.convert("RGB").getpixel((3, 2))[0], int(picture.info["duration"])))
        assert picture.info["loop"] == 0
    return found


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng"])
def test_there_and_back_nothing_jumps(suffix: str, tmp_path: Path) -> None:
    write_animation(frames(), tmp_path / f"new/walk{suffix}", back=True)
    assert read(tmp_path / f"new/walk{suffix}") == [(grey, MILLISECONDS) for grey in (0, 80, 160, 240, 160, 80)]


def test_a_story_stays_at_its_end(tmp_path: Path) -> None:
    write_animation(frames(), tmp_path / "story.gif", back=False)
    assert read(tmp_path / "story.gif") == [(0, 80), (80, 80), (160, 80), (240, MILLISECONDS * PAUSE)]


def test_one_frame_is_an_animation_too(tmp_path: Path) -> None:
    write_animation(frames()[:1], tmp_path / "one.gif", back=True)
    with Image.open(tmp_path / "one.gif") as picture:
        assert picture.size == (6, 4)


def test_the_suffix_says_the_format(tmp_path: Path) -> None:
    assert is_animation(Path("walk.GIF"))
    assert not is_animation(Path("walk.png"))
    with pytest.raises(UserError, match=r"walk\.png: .*\.gif, \.webp, \.apng"):
        write_animation(frames(), tmp_path / "walk.png", back=True)
    assert not (tmp_path / "walk.png").exists()


def test_every_grey_is_kept_and_colours_nearly(tmp_path: Path) -> None:
    """A GIF has 256 colours a frame: enough for all greys, and for few colours."""
    greys = Image.merge("RGB", [Image.frombytes("L", (16, 16), bytes(range(256)))] * 3)
    red = Image.new("RGB", (16, 16), (200, 10, 30))
    write_animation([greys, greys.rotate(90)], tmp_path / "greys.gif", back=False)
    write_animation([red, red.rotate(90)], tmp_path / "red.gif", back=False)
    with Image.open(tmp_path / "greys.gif") as read_greys, Image.open(tmp_path / "red.gif") as read_red:
        assert read_greys.convert("L").tobytes() == bytes(range(256))
        assert all(abs(a - b) < 8 for a, b in zip(read_red.convert("RGB").getpixel((3, 3)), (200, 10, 30), strict=True))
