import struct
import zlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.dataset import UnreadableFilesError
from benchmark.datasets.pictures import Target, decode, decode_all, decoders, picture_content
from tools.fuzz.sandbox import peak_memory

RNG = np.random.RandomState(0)


def picture(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return path


def test_a_square_of_the_right_side_stays_as_it_is(tmp_path):
    pixels = RNG.randint(0, 256, (16, 16, 3)).astype(np.uint8)
    decoded = decode(picture(tmp_path / "a.png", pixels), Target(16, 3))
    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(decoded, pixels.transpose(2, 0, 1))


@pytest.mark.parametrize(("width", "height", "left", "top"), [(20, 16, 2, 0), (16, 21, 0, 2)])
def test_the_centre_square_is_kept(tmp_path, width, height, left, top):
    pixels = RNG.randint(0, 256, (height, width, 3)).astype(np.uint8)
    decoded = decode(picture(tmp_path / "a.png", pixels), Target(16, 3))
    np.testing.assert_array_equal(decoded, pixels[top : top + 16, left : left + 16].transpose(2, 0, 1))


def test_a_crop_is_cut_before_resizing(tmp_path):
    pixels = np.zeros((12, 12), np.uint8)
    pixels[2:10, 2:10] = np.kron(RNG.randint(0, 256, (4, 4)), np.ones((2, 2)))
    halved = decode(picture(tmp_path / "a.png", pixels), Target(8, 1, 8))
    np.testing.assert_array_equal(halved[0], pixels[2:10, 2:10])
    with pytest.raises(ValueError, match="12x12 pixels, the centre square has 13"):
        decode(tmp_path / "a.png", Target(8, 1, 13))


def test_shrinking_averages_over_all_pixels(tmp_path):
    """A checkerboard of single pixels becomes grey; picking pixels would leave black or white."""
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    shrunk = decode(picture(tmp_path / "a.png", board), Target(8, 1))
    assert np.abs(shrunk.astype(int) - 127.5).max() <= 1


def test_transparent_pixels_are_white(tmp_path):
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:2, :, 3] = 255
    decoded = decode(picture(tmp_path / "a.png", pixels), Target(4, 3))
    assert decoded[:, :2].max() == 0
    assert decoded[:, 2:].min() == 255


def test_sixteen_bits_become_eight(tmp_path):
    pixels = np.array([[0, 257], [256 * 257 - 257, 65535]], np.uint16)
    decoded = decode(picture(tmp_path / "a.png", pixels), Target(2, 1))
    assert decoded[0].tolist() == [[0, 1], [255, 255]]


def test_a_photograph_is_turned_as_its_tag_says(tmp_path):
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:4] = 255
    tag = Image.Exif()
    tag[0x0112] = 6  # the camera was held so that the top is at the left
    decoded = decode(picture(tmp_path / "a.png", pixels, exif=tag), Target(8, 3))
    assert decoded[0, :, 4:].min() == 255
    assert decoded[0, :, :4].max() == 0


def test_colours_become_grey_and_grey_becomes_colours(tmp_path):
    grey = RNG.randint(0, 256, (4, 4)).astype(np.uint8)
    path = picture(tmp_path / "a.png", grey)
    np.testing.assert_array_equal(decode(path, Target(4, 3)), np.stack([grey] * 3))
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    path = picture(tmp_path / "b.png", red)
    assert set(decode(path, Target(4, 1)).flatten().tolist()) == {76}  # 0.299 of 255


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif", "tiff"])
def test_formats(tmp_path, suffix):
    flat = np.full((10, 10, 3), 100, np.uint8)
    decoded = decode(picture(tmp_path / f"a.{suffix}", flat), Target(5, 3))
    assert decoded.shape == (3, 5, 5)
    assert np.abs(decoded.astype(int) - 100).max() <= 2


@pytest.mark.parametrize(("content", "what"), [(b"", "empty"), (b"no picture", "text"), (None, "cut off")])
def test_every_broken_file_of_a_part_is_named(tmp_path, content, what):
    good = picture(tmp_path / "good.png", RNG.randint(0, 256, (40, 40, 3)).astype(np.uint8))
    paths = [good]
    for name in ("bad1.png", "bad2.png"):
        (tmp_path / name).write_bytes(good.read_bytes()[:900] if content is None else content)
        paths.append(tmp_path / name)
    content_of = picture_content(paths, np.zeros(3, np.int64), 1, Target(8, 3))
    assert content_of.part(0, 1).shape == (1, 3, 8, 8)
    with pytest.raises(UnreadableFilesError) as refused:
        content_of.part(0, 3)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [str(path) for path in paths[1:]]
    assert str(refused.value).startswith(f"{paths[1]}: cannot be read as a picture (")
    assert str(refused.value).endswith("; and 1 more files")


def test_what_is_wrong_gets_from_one_process_to_another(tmp_path):
    (tmp_path / "bad.png").write_bytes(b"nothing")
    content = picture_content([tmp_path / "bad.png"], np.zeros(1, np.int64), 1, Target(8, 3))
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        error = processes.submit(content.decoding(0, 1)).exception()
    assert isinstance(error, UnreadableFilesError)
    assert len(error.problems) == 1
    assert str(error) == error.problems[0]


def blank_png(path, width, height):
    """A PNG of one colour, of which Pillow reads no more than the header."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize(
    ("width", "height", "reason"),
    [
        (13_000, 13_000, r"13000x13000 pixels; 1 to 33,554,432 are allowed, 134,217,728 of a JPEG"),
        (2**25 + 1, 1, r"33554433x1 pixels; 1 to 33,554,432"),
        (30_000, 30_000, r"Image size \(900000000 pixels\) exceeds limit"),  # where Pillow looks no further
        (2**31 - 1, 2**31 - 1, r"Image size"),
        (0, 8, r".+"),
        (8, 0, r".+"),
    ],
)
def test_pictures_that_are_too_large_are_refused_by_their_header(tmp_path, width, height, reason):
    path = blank_png(tmp_path / "bomb.png", width, height)
    told = rf"bomb.png: cannot be read as a picture \({reason}"
    with pytest.raises(UnreadableFilesError, match=told), peak_memory() as taken:
        decode_all([path], Target(8, 3))
    assert taken() < 2**26


def test_a_large_jpeg_is_decoded_at_half_its_side(tmp_path):
    """Its upper half is white, its lower half black."""
    large = Image.new("L", (6000, 6000), 255)
    large.paste(0, (0, 3000, 6000, 6000))
    large.save(tmp_path / "a.jpg")
    with peak_memory() as taken:
        decoded = decode(tmp_path / "a.jpg", Target(8, 1))
    expected = np.asarray(large.resize((8, 8), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(decoded[0] - expected).max() <= 1
    assert taken() < 6000**2 * 2  # bytes: as a whole it has 36 MB, and its square as many
    with pytest.raises(ValueError, match="6000x6000 pixels; 1 to 33,554,432 are allowed"):
        decode(tmp_path / "a.jpg", Target(0, 1))  # as it is, or cut, it keeps its size
    with pytest.raises(ValueError, match="6000x6000 pixels"):
        decode(tmp_path / "a.jpg", Target(8, 1, 100))


def test_a_jpeg_that_is_not_too_large_is_decoded_as_a_whole(tmp_path):
    noise = Image.fromarray(RNG.randint(0, 256, (300, 200), np.uint8))
    noise.save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as whole:
        expected = whole.crop((0, 50, 200, 250)).resize((8, 8), Image.Resampling.BILINEAR)
    np.testing.assert_array_equal(decode(tmp_path / "a.jpg", Target(8, 1))[0], np.asarray(expected))


@pytest.mark.parametrize(
    ("largest", "expected"), [(0, 64), (2**20, 64), (2**21, 32), (12_000_000, 5), (2**25, 2), (2**40, 2)]
)
def test_large_pictures_are_decoded_by_fewer_at_a_time(largest, expected):
    assert decoders(largest, 64) == expected
    assert decoders(largest, 1) == 1


def test_deep_greys_of_all_values_become_eight_bits(tmp_path):
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    decoded = decode(picture(tmp_path / "a.png", values), Target(256, 1))[0]
    np.testing.assert_array_equal(decoded, np.rint(values / 257).astype(np.uint8))


@pytest.mark.parametrize("values", [np.array([[0, 9]], np.uint16), np.array([[0.0, 0.9]], np.float32)])
def test_a_tiff_whose_zero_is_white_is_refused_if_its_greys_are_deep(tmp_path, values):
    path = picture(tmp_path / "a.tiff", values, tiffinfo={262: 0})
    with pytest.raises(ValueError, match="0 is white in it, which is read of 8 bits alone"):
        decode(path, Target(0, 1))


def test_eight_bits_with_a_sign_are_refused(tmp_path):
    path = picture(tmp_path / "a.tiff", np.array([[255, 1]], np.uint8), tiffinfo={339: 2})
    with pytest.raises(ValueError, match="its 8 bits have a sign; save it without"):
        decode(path, Target(0, 1))


def test_transparent_deep_greys_are_white(tmp_path):
    """Of a PNG that names a grey as transparent."""
    plain = picture(tmp_path / "a.png", np.array([[0, 4095]], np.uint16)).read_bytes()
    named = b"tRNS" + struct.pack(">H", 0)
    chunk = struct.pack(">I", 2) + named + struct.pack(">I", zlib.crc32(named))
    start = plain.index(b"IDAT") - 4
    (tmp_path / "b.png").write_bytes(plain[:start] + chunk + plain[start:])
    assert decode(tmp_path / "a.png", Target(0, 1)).tolist() == [[[0, 255]]]
    assert decode(tmp_path / "b.png", Target(0, 1)).tolist() == [[[255, 255]]]
