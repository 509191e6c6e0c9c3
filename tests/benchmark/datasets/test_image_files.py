import zipfile

import numpy as np
import psutil
import pytest
from PIL import Image
from safetensors.numpy import save_file

from benchmark.datasets.image_files import BLOCK, ImageSource, find_images, is_image_file, read_images
from benchmark.errors import UserError

IMAGES = np.random.RandomState(0).randint(0, 256, (70, 8, 6, 3)).astype(np.uint8)
EXPECTED = IMAGES.transpose(0, 3, 1, 2)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    for number, image in enumerate(IMAGES):
        Image.fromarray(image).save(tmp_path / "images" / f"{number:03d}.png")
    return tmp_path / "images"


def test_a_folder_is_read_in_the_order_of_its_paths(folder):
    np.testing.assert_array_equal(read_images(folder), EXPECTED)
    assert read_images(folder, 4).shape == (70, 3, 4, 4)


@pytest.mark.parametrize("array", [IMAGES, EXPECTED], ids=["channels last", "channels first"])
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_arrays(tmp_path, array, suffix):
    path = tmp_path / f"images.{suffix}"
    array = np.ascontiguousarray(array)
    np.savez(path, arr_0=array, labels=np.zeros(70)) if suffix == "npz" else save_file({"images": array}, path)
    assert is_image_file(path)
    np.testing.assert_array_equal(read_images(path), EXPECTED)


def test_grey_arrays(tmp_path):
    np.savez(tmp_path / "a.npz", IMAGES[..., 0])
    np.testing.assert_array_equal(read_images(tmp_path / "a.npz"), EXPECTED[:, :1])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": IMAGES / 255}, r"a.npz: .*one array of uint8 images; it holds a float64\[70, 8, 6, 3\]"),
        ({"a": IMAGES, "b": IMAGES}, r"it holds a uint8\[70, 8, 6, 3\], b uint8"),
        ({"a": IMAGES[..., :2]}, r"images of \[70, 8, 6, 2\]: 1 or 3 channels are allowed"),
        ({"a": np.array([{}], dtype=object)}, r"a.npz: no images can be read from it"),
    ],
)
def test_arrays_that_are_no_images(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(UserError, match=message):
        read_images(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["absent.npz", "absent.safetensors", "broken.npz", "broken.safetensors"])
def test_files_that_cannot_be_read(tmp_path, name):
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UserError, match=f"{name}: no images can be read from it") as refused:
        read_images(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_pictures_of_two_sizes(folder):
    Image.fromarray(IMAGES[0, :5]).save(folder / "odd.png")
    with pytest.raises(UserError, match=r"odd.png: 6x5 pixels, and 000.png 6x8; name one side for all"):
        read_images(folder)
    assert read_images(folder, 4).shape == (71, 3, 4, 4)


def test_weights_are_no_images(tmp_path):
    save_file({"weight": np.zeros((2, 2), np.float32)}, tmp_path / "generator.safetensors")
    assert not is_image_file(tmp_path / "generator.safetensors")
    assert not is_image_file(tmp_path / "absent.safetensors")


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_npy_is_mapped_not_loaded(tmp_path, order):
    np.save(tmp_path / "images.npy", np.asarray(IMAGES, order=order))
    assert is_image_file(tmp_path / "images.npy")
    np.testing.assert_array_equal(read_images(tmp_path / "images.npy"), EXPECTED)


@pytest.mark.parametrize("name", ["absent.npy", "broken.npy", "objects.npy"])
def test_an_npy_that_cannot_be_read(tmp_path, name):
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY")
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(UserError, match=f"{name}: no images can be read from it"):
        read_images(tmp_path / name)


@pytest.mark.parametrize("name", ["images.pkl", "images.pt"])
def test_no_pickle_is_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x04.")
    assert is_image_file(tmp_path / name)
    with pytest.raises(UserError, match=f"{name}: is a pickle, which may run .*; save arrays with np.savez"):
        read_images(tmp_path / name)


def test_a_zip_is_read_as_its_folder(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for file in sorted(folder.iterdir(), reverse=True):
            archive.write(file, f"00000/{file.name}")
    assert is_image_file(tmp_path / "images.zip")
    np.testing.assert_array_equal(read_images(tmp_path / "images.zip"), EXPECTED)
    np.testing.assert_array_equal(read_images(tmp_path / "images.zip", 4), read_images(folder, 4))


def test_a_picture_in_a_zip_that_cannot_be_read_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        archive.writestr("00000/a.png", b"nothing")
    with pytest.raises(UserError, match=r"images.zip/00000/a.png: cannot be read as a picture"):
        read_images(tmp_path / "images.zip")


def lying(image):
    """What a camera writes that was turned: the picture on its side, and a tag that says so."""
    tags = Image.Exif()
    tags[0x0112] = 6
    return {"image": Image.fromarray(np.rot90(image)), "exif": tags}


def test_turned_pictures_without_a_side_count_upright(folder):
    for number in (0, 3):
        turned = lying(IMAGES[number])
        turned["image"].save(folder / f"{number:03d}.png", exif=turned["exif"])
    np.testing.assert_array_equal(read_images(folder), EXPECTED)


def test_turned_pictures_of_another_upright_size_are_named(folder):
    turned = lying(IMAGES[5].transpose(1, 0, 2))  # as wide and high in its file as the others
    turned["image"].save(folder / "005.png", exif=turned["exif"])
    with pytest.raises(UserError, match=r"005.png: 8x6 pixels, and 000.png 6x8; name one side for all"):
        read_images(folder)
    assert read_images(folder, 4).shape == (70, 3, 4, 4)


def test_images_come_in_blocks_and_the_first_of_them_alone(folder):
    for number in range(70, 300):
        Image.fromarray(IMAGES[number % 70]).save(folder / f"{number:03d}.png")
    found = find_images(folder)
    assert (len(found), found.shape, found.size) == (300, (300, 3, 8, 6), 300 * 144)
    assert [len(block) for block in found.blocks()] == [BLOCK, 300 - BLOCK]
    assert [len(block) for block in found.first(257)] == [BLOCK, 1]
    assert [len(block) for block in found.first(3)] == [3]
    np.testing.assert_array_equal(np.concatenate(list(found.first(75))), EXPECTED[[*range(70), *range(5)]])
    np.testing.assert_array_equal(found.read(75), EXPECTED[[*range(70), *range(5)]])


def test_more_images_than_there_is_room_for_are_refused(tmp_path):
    shape = (psutil.virtual_memory().total // 3, 3, 1, 1)
    with pytest.raises(UserError, match=r"images of \[3, 1, 1\]: take [\d,.]+ GB of memory, and [\d,.]+ GB are free"):
        ImageSource(tmp_path, shape, lambda: iter(())).read(shape[0])


def test_images_at_some_positions_come_in_whole_blocks(tmp_path):
    images = np.arange(1000, dtype=np.uint16).astype(np.uint8).reshape(1000, 1, 1).repeat(2, 1)
    np.save(tmp_path / "images.npy", images)
    found = find_images(tmp_path / "images.npy")
    for positions in (np.arange(1000), np.arange(0, 1000, 3), np.array([999]), np.array([0, 255, 256, 511, 700])):
        blocks = list(found.at(positions))
        assert [len(block) for block in blocks[:-1]] == [BLOCK] * (len(blocks) - 1)
        np.testing.assert_array_equal(np.concatenate(blocks), images[positions, None])


def test_arrays_are_brought_to_a_side_as_pictures_are(tmp_path):
    """A picture of the same pixels, without loss, is the reference."""
    for channels in (1, 3):
        pixels = np.random.RandomState(channels).randint(0, 256, (3, 20, 14, channels)).astype(np.uint8)
        np.save(tmp_path / f"{channels}.npy", pixels)
        folder = tmp_path / f"pictures{channels}"
        folder.mkdir()
        for number, image in enumerate(pixels):
            Image.fromarray(image.squeeze()).save(folder / f"{number}.png")
        ours, reference = (read_images(path, 8) for path in (tmp_path / f"{channels}.npy", folder))
        np.testing.assert_array_equal(ours, reference[:, :channels])
        assert read_images(tmp_path / f"{channels}.npy", 0).shape == (3, channels, 20, 14)


def test_one_image_that_may_be_many_is_refused(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros((16, 16, 3), np.uint8))
    with pytest.raises(UserError, match=r"one.npy: .*\[16, 16, 3\] may be one image or many; give \[1, H, W, 3\]"):
        read_images(tmp_path / "one.npy")
