"""Files that were made to break whoever reads them: each is one line, and takes no memory to speak of."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from benchmark.datasets.image_files import read_images
from benchmark.datasets.stored_arrays import HARMLESS, stored_arrays
from benchmark.errors import UserError
from tools.fuzz.sandbox import peak_memory

IMAGES = np.random.RandomState(0).randint(0, 256, (600, 4, 6, 3)).astype(np.uint8)
LITTLE = 2**26  # bytes


def member(header: str, data: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """An .npy with such a header."""
    length = struct.pack("<H" if version == (1, 0) else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + length + header.encode() + data


def header(shape: object, descr: str = "|u1", order: bool = False) -> str:
    return f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}}}"


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


BAD_MEMBERS = [
    (member(header((10**12,))), r"it holds arr_0 uint8\[1000000000000\]"),
    (
        member(header((10**12, 8, 8, 3))),
        r"arr_0 uint8\[1000000000000, 8, 8, 3\]: at most 100 times the file's \d+ bytes",
    ),
    (member(header((10**400, 8, 8, 3))), r"at most 100 times the file's"),
    (member(header((10, 10**6, 10**6))), r"at most 100 times the file's"),
    (member(header((20, 0, 8, 3))), r"arr_0 uint8\[20, 0, 8, 3\]: every side must be 1 or more"),
    (member(header((0, 8, 8, 3))), "every side must be 1 or more"),
    (member(header((-5, 8, 8, 3))), "every side must be 1 or more"),
    (member(header((20, 8, 8, 3)), bytes(100)), "arr_0.npy: ends before it has the bytes of its shape"),
    (member(header((20, 8, 8, 3), order=True), bytes(100)), "arr_0.npy: ends before it has the bytes of its shape"),
    (member(header((20, 8, 8, 2)), bytes(2560)), r"images of \[20, 8, 8, 2\]: 1 or 3 channels are allowed"),
    (member(header((20, 8, 8, 3), "<f4")), r"it holds arr_0 float32\[20, 8, 8, 3\]"),
    (member(header((20, 8, 8, 3), "|O")), r"it holds arr_0 object\[20, 8, 8, 3\]"),
    (member(header((20, 8, 8, 3)) + " " * 60_000), r"it holds arr_0.npy \(no array\)"),
    (member("(" * 3000), r"it holds arr_0.npy \(no array\)"),
    (member("__import__('os').abort()"), r"it holds arr_0.npy \(no array\)"),
    (member(header((20, 8, 8, 3)), version=(3, 0)), r"it holds arr_0.npy \(no array\)"),
    (member(header((20, 8, 8, 3)), version=(7, 7)), r"it holds arr_0.npy \(no array\)"),
    (b"", r"it holds arr_0.npy \(no array\)"),
    (b"plain text", r"it holds arr_0.npy \(no array\)"),
]


@pytest.mark.parametrize(("content", "reason"), BAD_MEMBERS)
def test_members_that_are_no_images(content: bytes, reason: str, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", **{"arr_0.npy": content})
    with pytest.raises(UserError, match=reason) as refused, peak_memory() as taken:
        read_images(path)
    assert str(refused.value).startswith(f"{path}: no images can be read from it (")
    assert "\n" not in str(refused.value)
    assert taken() < LITTLE


def test_a_small_file_that_grows_large_is_refused_by_its_header(tmp_path: Path) -> None:
    """As many bytes as the header says are there, and fit a thousandfold into the file."""
    size = HARMLESS // 192 + 1
    path = archive(tmp_path / "a.npz", **{"arr_0.npy": member(header((size, 8, 8, 3)), bytes(size * 192))})
    assert path.stat().st_size < 2**20
    with (
        pytest.raises(UserError, match=r"at most 100 times the file's [\d,]+ bytes are allowed"),
        peak_memory() as taken,
    ):
        read_images(path)
    assert taken() < LITTLE


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"PK\x03\x04", bytes(100)])
def test_files_that_are_no_archives(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(UserError, match=r"a\.npz: no images can be read from it \(.+\)"):
        read_images(tmp_path / "a.npz")


def test_other_members_are_left_alone(tmp_path: Path) -> None:
    content = member(header(IMAGES.shape), IMAGES.tobytes())
    path = archive(tmp_path / "a.npz", **{"arr_0.npy": content, "readme.txt": b"20 images", "b.npy": b""})
    np.testing.assert_array_equal(read_images(path), IMAGES.transpose(0, 3, 1, 2))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_read_in_blocks(save: object, order: str, tmp_path: Path) -> None:
    save(tmp_path / "a.npz", images=np.asarray(IMAGES, order=order), labels=np.zeros(600))  # type: ignore[operator]
    (array,) = (each for each in stored_arrays(tmp_path / "a.npz") if each.may_be_images)
    assert (array.name, array.dtype, array.shape) == ("images", "uint8", IMAGES.shape)
    blocks = list(array.blocks(256))
    assert [len(block) for block in blocks] == [256, 256, 88]
    np.testing.assert_array_equal(np.concatenate(blocks), IMAGES)


def test_tensors_are_read_in_blocks(tmp_path: Path) -> None:
    save_file({"images": IMAGES, "labels": np.zeros(600)}, tmp_path / "a.safetensors")
    found = {array.name: array for array in stored_arrays(tmp_path / "a.safetensors")}
    assert {str(array) for array in found.values()} == {"images uint8[600, 4, 6, 3]", "labels F64[600]"}
    blocks = list(found["images"].blocks(500))
    assert [len(block) for block in blocks] == [500, 100]
    np.testing.assert_array_equal(np.concatenate(blocks), IMAGES)
