"""Pictures in a .zip, as StyleGAN's tool writes data sets."""

import json
import threading
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.picture_formats import picture_suffixes
from benchmark.datasets.zip_pictures import ZipMember, zip_labels, zip_pictures
from benchmark.errors import UserError

IMAGES = np.random.RandomState(0).randint(0, 256, (6, 4, 5, 3)).astype(np.uint8)
NAMES = [f"{number // 3:05d}/img{number:08d}.png" for number in range(len(IMAGES))]


def write(path: Path, labels: object = None, others: dict[str, bytes] | None = None) -> Path:
    """A data set as StyleGAN's dataset_tool.py writes it, and other files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, image in zip(NAMES, IMAGES, strict=True):
            content = BytesIO()
            Image.fromarray(image).save(content, "PNG")
            archive.writestr(name, content.getvalue())
        for name, text in (others or {"dataset.json": json.dumps({"labels": labels}).encode()}).items():
            archive.writestr(name, text)
    return path


def members(path: Path) -> list[ZipMember]:
    return zip_pictures(path, picture_suffixes())


def test_pictures_are_read_where_they_lie(tmp_path: Path) -> None:
    found = members(write(tmp_path / "set.zip"))
    assert [each.inner for each in found] == NAMES
    assert [each.name for each in found] == [Path(name).name for name in NAMES]
    assert str(found[0]) == f"{tmp_path}/set.zip/{NAMES[0]}"
    for member, image in zip(found, IMAGES, strict=True):
        with member.open("rb") as file:
            np.testing.assert_array_equal(np.asarray(Image.open(file)), image)


def test_threads_read_at_once(tmp_path: Path) -> None:
    found, contents = members(write(tmp_path / "set.zip")), {}

    def read(member: ZipMember) -> None:
        for _ in range(20):
            with member.open() as file:
                contents.setdefault(member.inner, set()).add(file.read())

    threads = [threading.Thread(target=read, args=(member,)) for member in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(contents[name]) for name in NAMES] == [1] * len(NAMES)
    assert len(set.union(*contents.values())) == len(NAMES)


def test_a_changed_archive_is_read_anew(tmp_path: Path) -> None:
    (first, *_) = members(write(tmp_path / "set.zip"))
    before = first.open().read()
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr(NAMES[0], b"another")
    assert before != b"another"
    assert first.open().read() == b"another"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([[name, (7, 3, 7, 9, 3, 3)[number]] for number, name in enumerate(NAMES)], [1, 0, 1, 2, 0, 0]),
        (None, [0] * 6),
        ([[NAMES[0], 1]], [0] * 6),  # of one picture alone
        ([[name, [0.0, 1.0]] for name in NAMES], [0] * 6),  # vectors are no classes
    ],
)
def test_labels(tmp_path: Path, labels: object, expected: list[int]) -> None:
    assert zip_labels(members(write(tmp_path / "set.zip", labels))).tolist() == expected


def test_without_a_file_of_labels_there_is_one_class(tmp_path: Path) -> None:
    path = write(tmp_path / "set.zip", others={"__MACOSX/._img.png": b"", ".hidden.png": b""})
    assert len(members(path)) == len(NAMES)
    assert zip_labels(members(path)).tolist() == [0] * 6


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"labels": 3}', b'{"labels": [3]}', b"\xff"])
def test_broken_labels_are_named(tmp_path: Path, text: bytes) -> None:
    found = members(write(tmp_path / "set.zip", others={"dataset.json": text}))
    with pytest.raises(UserError, match=r"set.zip/dataset.json: no labels can be read from it; it must be"):
        zip_labels(found)


def test_what_is_no_picture_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "set.zip", others={"notes.md": b"", "latents.npy": b"", "__MACOSX/a.png": b""})
    assert len(members(path)) == len(NAMES)
    told = f"ganbench: {path}: left out, no pictures by their names: latents.npy and 1 more\n"
    assert capsys.readouterr().err == told


def test_archives_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UserError, match=r"broken.zip: cannot be read as a .zip"):
        members(tmp_path / "broken.zip")
    with pytest.raises(UserError, match=r"absent.zip: cannot be read as a .zip"):
        members(tmp_path / "absent.zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("a.txt", "")
    with pytest.raises(UserError, match=r"empty.zip: holds no pictures"):
        members(tmp_path / "empty.zip")
    content = bytearray(write(tmp_path / "secret.zip").read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):  # the flags stand six and eight bytes behind
        at = content.index(mark) + (6 if mark[2] == 3 else 8)
        content[at] |= 1
    (tmp_path / "secret.zip").write_bytes(bytes(content))
    with pytest.raises(UserError, match=r"secret.zip: is encrypted; unpack it"):
        members(tmp_path / "secret.zip")


def test_paths_that_begin_above_are_not_hidden(tmp_path: Path) -> None:
    """`zip ../up.zip ../photos/*` keeps the dots."""
    with zipfile.ZipFile(tmp_path / "up.zip", "w") as archive:
        for name in ("../photos/a.png", "./b.png", ".hidden/c.png"):
            archive.writestr(name, b"")
    assert [each.inner for each in members(tmp_path / "up.zip")] == ["../photos/a.png", "./b.png"]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.png", b"")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.png", b"")
    with pytest.raises(UserError, match=r"two.zip: holds two files of one name: a.png; unpack it, and give the folder"):
        members(tmp_path / "two.zip")
