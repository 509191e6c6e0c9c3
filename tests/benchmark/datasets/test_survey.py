"""What pictures say of themselves before any is decoded."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.pictures import Target, decode
from benchmark.datasets.survey import Header, Survey, read_header
from tests.benchmark.datasets.test_pictures import blank_png


def test_the_header_is_read_without_the_picture(tmp_path: Path) -> None:
    assert read_header(blank_png(tmp_path / "a.png", 13_000, 12_000)) == Header((13_000, 12_000))
    (tmp_path / "b.png").write_bytes(b"no picture")
    assert read_header(tmp_path / "b.png") == Header()


@pytest.mark.parametrize(
    ("mode", "suffix", "grey", "deep"),
    [
        *(("RGB", "png", False, False), ("RGBA", "png", False, False), ("P", "png", False, False)),
        *(("L", "png", True, False), ("1", "png", True, False), ("LA", "png", True, False)),
        *(("I;16", "png", True, True), ("I", "tiff", True, True), ("F", "tiff", True, True)),
    ],
)
def test_greys_and_deep_ones(tmp_path: Path, mode: str, suffix: str, grey: bool, deep: bool) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.new(mode, (4, 3)).save(path)
    assert read_header(path) == Header((4, 3), grey, deep)


def frames(path: Path, count: int) -> Path:
    first, *others = (Image.new("L", (8, 8), 60 * number) for number in range(count))
    first.save(path, save_all=True, append_images=others)
    return path


@pytest.mark.parametrize("suffix", ["gif", "png", "tiff", "webp"])
def test_of_several_frames_one_is_taken_and_it_is_said(
    tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    moving, still = frames(tmp_path / f"moving.{suffix}", 3), frames(tmp_path / f"still.{suffix}", 1)
    assert (read_header(moving).has_frames, read_header(still).has_frames) == (True, False)
    Survey.of([still, moving]).told()
    assert capsys.readouterr().err == f"ganbench: {moving}: of several frames or pages the first is taken\n"


def test_a_telephone_s_two_pictures_are_one(tmp_path: Path) -> None:
    assert not read_header(frames(tmp_path / "a.mpo", 2)).has_frames


def test_colours_of_sixteen_bits_lose_eight_and_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A PNG of 16 bits a colour, written by hand, since Pillow writes none."""
    blank_png(tmp_path / "deep.png", 4, 3)
    content = (tmp_path / "deep.png").read_bytes()
    (tmp_path / "deep.png").write_bytes(
        content[:24] + b"\x10" + content[25:29] + crc(content[12:24], 16) + content[33:]
    )
    assert read_header(tmp_path / "deep.png").loses_bits
    Survey.of([tmp_path / "deep.png"] * 2).told()
    assert "deep.png and 1 more: of 16 bits a channel the upper 8 are taken" in capsys.readouterr().err


def crc(head: bytes, depth: int) -> bytes:
    return struct.pack(">I", zlib.crc32(head + bytes([depth]) + bytes([2, 0, 0, 0])))


def test_pictures_of_fewer_bits_lose_none(tmp_path: Path) -> None:
    """A BMP of five or six bits a colour, whose name at Pillow has a 16 in it, and a grey one."""
    pixels = struct.pack("<4H", 0xFFFF, 0, 0xF800, 0x001F)
    head = struct.pack("<IiiHHIIiiII3I", 40, 2, 2, 1, 16, 3, len(pixels), 0, 0, 0, 0, 0xF800, 0x07E0, 0x001F)
    place = 14 + len(head)
    (tmp_path / "a.bmp").write_bytes(struct.pack("<2sIHHI", b"BM", place + len(pixels), 0, 0, place) + head + pixels)
    header = read_header(tmp_path / "a.bmp")
    assert (header.size, header.loses_bits) == ((2, 2), False)


def test_a_pgm_says_itself_what_is_white(tmp_path: Path) -> None:
    """Pillow scales its values by that; beside PNGs of 12 bits they must not decide."""
    (tmp_path / "a.pgm").write_bytes(b"P5 2 1 4095\n" + struct.pack(">2H", 4095, 2048))
    Image.fromarray(np.array([[4095, 2048]], np.uint16)).save(tmp_path / "b.png")
    survey = Survey.of(sorted(tmp_path.iterdir()))
    white = survey.white()
    assert (survey.is_grey, str(white)) == (True, "whole numbers, white is 4095")
    for name in ("a.pgm", "b.png"):
        assert decode(tmp_path / name, Target(0, 1, white=white)).tolist() == [[[255, 128]]]
    assert Survey.of([tmp_path / "a.pgm"]).white() is None


def test_one_white_for_all_deep_greys(tmp_path: Path) -> None:
    for name, most in (("a", 900), ("b", 3000)):
        Image.fromarray(np.linspace(0, most, 64).reshape(8, 8).astype(np.uint16)).save(tmp_path / f"{name}.png")
    Image.new("L", (8, 8)).save(tmp_path / "c.png")
    (tmp_path / "d.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])  # told by whoever decodes it
    survey = Survey.of(sorted(tmp_path.iterdir()))
    assert survey.is_grey
    assert survey.largest == 64
    assert str(survey.white()) == "whole numbers, white is 4095"
    assert Survey.of([tmp_path / "c.png"]).white() is None
