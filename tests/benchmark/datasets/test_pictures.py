from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.dataset import UnreadableFilesError
from benchmark.datasets.pictures import decode, picture_content, read_header

RNG = np.random.RandomState(0)


def picture(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return path


def test_a_square_of_the_right_side_stays_as_it_is(tmp_path):
    pixels = RNG.randint(0, 256, (16, 16, 3)).astype(np.uint8)
    decoded = decode(picture(tmp_path / "a.png", pixels), 16, 3)
    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(decoded, pixels.transpose(2, 0, 1))


@pytest.mark.parametrize(("width", "height", "left", "top"), [(20, 16, 2, 0), (16, 21, 0, 2)])
def test_the_centre_square_is_kept(tmp_path, width, height, left, top):
    pixels = RNG.randint(0, 256, (height, width, 3)).astype(np.uint8)
    decoded = decode(picture(tmp_path / "a.png", pixels), 16, 3)
    np.testing.assert_array_equal(decoded, pixels[top : top + 16, left : left + 16].transpose(2, 0, 1))


def test_a_crop_is_cut_before_resizing(tmp_path):
    pixels = np.zeros((12, 12), np.uint8)
    pixels[2:10, 2:10] = np.kron(RNG.randint(0, 256, (4, 4)), np.ones((2, 2)))
    halved = decode(picture(tmp_path / "a.png", pixels), 8, 1, crop=8)
    np.testing.assert_array_equal(halved[0], pixels[2:10, 2:10])
    with pytest.raises(ValueError, match="12x12 pixels, the centre square has 13"):
        decode(tmp_path / "a.png", 8, 1, crop=13)


def test_shrinking_averages_over_all_pixels(tmp_path):
    """A checkerboard of single pixels becomes grey; picking pixels would leave black or white."""
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    shrunk = decode(picture(tmp_path / "a.png", board), 8, 1)
    assert np.abs(shrunk.astype(int) - 127.5).max() <= 1


def test_transparent_pixels_are_white(tmp_path):
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:2, :, 3] = 255
    decoded = decode(picture(tmp_path / "a.png", pixels), 4, 3)
    assert decoded[:, :2].max() == 0
    assert decoded[:, 2:].min() == 255


def test_sixteen_bits_become_eight(tmp_path):
    pixels = np.array([[0, 257], [256 * 257 - 257, 65535]], np.uint16)
    decoded = decode(picture(tmp_path / "a.png", pixels), 2, 1)
    assert decoded[0].tolist() == [[0, 1], [255, 255]]


def test_a_photograph_is_turned_as_its_tag_says(tmp_path):
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:4] = 255
    tag = Image.Exif()
    tag[0x0112] = 6  # the camera was held so that the top is at the left
    decoded = decode(picture(tmp_path / "a.png", pixels, exif=tag), 8, 3)
    assert decoded[0, :, 4:].min() == 255
    assert decoded[0, :, :4].max() == 0


def test_colours_become_grey_and_grey_becomes_colours(tmp_path):
    grey = RNG.randint(0, 256, (4, 4)).astype(np.uint8)
    path = picture(tmp_path / "a.png", grey)
    assert read_header(path).is_grey
    np.testing.assert_array_equal(decode(path, 4, 3), np.stack([grey] * 3))
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    path = picture(tmp_path / "b.png", red)
    assert not read_header(path).is_grey
    assert set(decode(path, 4, 1).flatten().tolist()) == {76}  # 0.299 of 255


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif", "tiff"])
def test_formats(tmp_path, suffix):
    flat = np.full((10, 10, 3), 100, np.uint8)
    decoded = decode(picture(tmp_path / f"a.{suffix}", flat), 5, 3)
    assert decoded.shape == (3, 5, 5)
    assert np.abs(decoded.astype(int) - 100).max() <= 2


@pytest.mark.parametrize(("content", "what"), [(b"", "empty"), (b"no picture", "text"), (None, "cut off")])
def test_every_broken_file_of_a_part_is_named(tmp_path, content, what):
    good = picture(tmp_path / "good.png", RNG.randint(0, 256, (40, 40, 3)).astype(np.uint8))
    paths = [good]
    for name in ("bad1.png", "bad2.png"):
        (tmp_path / name).write_bytes(good.read_bytes()[:900] if content is None else content)
        paths.append(tmp_path / name)
    content_of = picture_content(paths, np.zeros(3, np.int64), 1, 8, 3)
    assert content_of.part(0, 1).shape == (1, 3, 8, 8)
    with pytest.raises(UnreadableFilesError) as refused:
        content_of.part(0, 3)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [str(path) for path in paths[1:]]
    assert str(refused.value).startswith(f"{paths[1]}: cannot be read as a picture (")
    assert str(refused.value).endswith("; and 1 more files")


def test_what_is_wrong_gets_from_one_process_to_another(tmp_path):
    (tmp_path / "bad.png").write_bytes(b"nothing")
    content = picture_content([tmp_path / "bad.png"], np.zeros(1, np.int64), 1, 8, 3)
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        error = processes.submit(content.decoding(0, 1)).exception()
    assert isinstance(error, UnreadableFilesError)
    assert len(error.problems) == 1
    assert str(error) == error.problems[0]
