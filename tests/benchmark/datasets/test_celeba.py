from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image
from small_sets import md5_of
from torchvision.transforms.v2.functional import center_crop, pil_to_tensor, resize

from benchmark.datasets.celeba import ADVICE, CELEBA, PARTITION, PICTURES, CelebaFiles
from benchmark.errors import UserError

CODES = [0, 2, 0, 1, 0, 2, 1]  # 0 train, 1 validation, 2 test; the real list is sorted, these are not
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "cut off within a line": lambda whole: whole[:-4],
    "cut off between lines": lambda whole: whole[:-13],
    "malformed": lambda whole: whole.replace(b" ", b","),
    "another split": lambda whole: whole.replace(b" 2", b" 0"),
}


def brightness(number: int) -> int:
    return 30 * number + 10


@pytest.fixture
def files(tmp_path):
    """Seven even pictures of the real size, each of its own brightness."""
    (tmp_path / PICTURES).mkdir(parents=True)
    for number in range(len(CODES)):
        picture = Image.new("RGB", (178, 218), (brightness(number),) * 3)
        picture.save(tmp_path / PICTURES / f"{number + 1:06}.jpg", quality=100, subsampling=0)
    (tmp_path / PARTITION).write_text("".join(f"{i + 1:06}.jpg {code}\n" for i, code in enumerate(CODES)))
    return CelebaFiles(md5_of(tmp_path / PARTITION))


@pytest.mark.parametrize(("split", "numbers"), [("train", [0, 2, 4]), ("validation", [3, 6]), ("test", [1, 5])])
def test_splits_are_those_of_the_list(files, tmp_path, split, numbers):
    content = files.read(tmp_path, split, 16)
    images = content.part(0, len(numbers))
    assert files.problem(tmp_path) is None
    assert images.shape == (len(numbers), 3, 16, 16)
    assert images.dtype == np.uint8
    assert (content.labels.tolist(), content.classes) == ([0] * len(numbers), 1)
    levels = np.array([brightness(number) for number in numbers])
    assert abs(images.astype(int) - levels[:, None, None, None]).max() <= 1  # JPEG rounds


@pytest.mark.parametrize("side", [64, 32, 178])
def test_the_centre_square_is_cropped_and_resized_as_by_torchvision(files, tmp_path, side):
    rows, columns = np.mgrid[0:218, 0:178]
    values = np.stack([rows, columns, 127 + 127 * np.sin(rows / 9) * np.cos(columns / 7)], -1).astype(np.uint8)
    path = tmp_path / PICTURES / "000001.jpg"
    Image.fromarray(values).save(path, quality=95)
    with Image.open(path) as picture:
        square = center_crop(pil_to_tensor(picture.convert("RGB")), [178, 178])
    expected = resize(square, [side, side], antialias=True)
    found = torch.from_numpy(files.read(tmp_path, "train", side).part(0, 1)[0].copy())
    torch.testing.assert_close(found.double(), expected.double(), atol=1.01, rtol=0)


def test_files_are_the_list_and_its_pictures(files, tmp_path):
    pictures = [tmp_path / PICTURES / f"{number:06}.jpg" for number in range(1, 8)]
    (tmp_path / PICTURES / "unlisted.jpg").write_bytes(b"")
    assert files.files(tmp_path) == (tmp_path / PARTITION, *pictures)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_list_is_named(files, tmp_path, damage):
    path = tmp_path / PARTITION
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    problem = f"{path}: is broken: its MD5 digest is not {files.md5}; {ADVICE}"
    assert files.problem(tmp_path) == problem
    for use in (lambda: files.read(tmp_path, "train", 64), lambda: files.files(tmp_path)):
        with pytest.raises(UserError) as caught:
            use()
        assert str(caught.value) == problem


def test_a_missing_list_is_named(files, tmp_path):
    (tmp_path / PARTITION).unlink()
    assert files.problem(tmp_path) == f"{tmp_path / PARTITION}: is missing; {ADVICE}"


def test_missing_pictures_are_counted_and_the_first_is_named(files, tmp_path):
    folder = tmp_path / PICTURES
    (folder / "000003.jpg").unlink()
    (folder / "000007.jpg").unlink()
    assert files.problem(tmp_path) == f"{folder}/000003.jpg: is missing, one of 2 of 7; {ADVICE}"
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match=r"000001\.jpg: is missing, one of 7 of 7"):
        files.read(tmp_path, "test", 64)


@pytest.mark.parametrize("content", [b"", b"<html>", None], ids=["empty", "a web page", "cut off"])
def test_a_damaged_picture_is_named_once_it_is_read(files, tmp_path, content):
    path = tmp_path / PICTURES / "000005.jpg"
    path.write_bytes(path.read_bytes()[:-200] if content is None else content)
    assert files.problem(tmp_path) is None  # which opens no picture, for the sake of 200,000 of them
    pictures = files.read(tmp_path, "train", 64)
    assert len(pictures.part(0, 2)) == 2
    with pytest.raises(UserError) as caught:
        pictures.part(0, 3)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_the_real_list_is_known_by_torchvisions_digest(files, tmp_path):
    assert CELEBA.problem(tmp_path) == (
        f"{tmp_path / PARTITION}: is broken: its MD5 digest is not d32c9cbf5e040fd4025c592c306e6668; {ADVICE}"
    )


def test_a_picture_smaller_than_the_square_is_no_aligned_one(files, tmp_path):
    path = tmp_path / PICTURES / "000004.jpg"
    Image.new("RGB", (177, 218)).save(path)
    with pytest.raises(UserError, match=r"000004\.jpg: .*177x218 pixels, the centre square has 178"):
        files.read(tmp_path, "validation", 64).part(0, 1)
