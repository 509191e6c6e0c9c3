"""Tensors on disk: what was written comes back, and what was not is refused."""

import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from benchmark.digests import DamagedFileError
from benchmark.tensor_files import read_tensors, write_tensors

TENSORS = {"a": torch.arange(12.0).reshape(3, 4), "b": torch.tensor([1, 2]), "empty": torch.zeros(0, 3)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_tensors(tmp_path / "some" / "file.safetensors", TENSORS, {"kind": "2", "sha256x": "no digest"})
    return tmp_path / "some" / "file.safetensors"


def test_tensors_and_metadata_come_back(path: Path) -> None:
    found = read_tensors(path)
    assert found.tensors.keys() == TENSORS.keys()
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in TENSORS.items())
    assert found.metadata["kind"] == "2"
    assert torch.equal(load_file(path)["a"], TENSORS["a"])


def test_a_changed_byte_is_refused_or_changes_nothing(path: Path) -> None:
    """It changes nothing in the word that names the digest, without which the file counts as an earlier version's."""
    content, chance, refused = path.read_bytes(), random.Random(0), 0
    for _ in range(300):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        path.write_bytes(bytes(changed))
        try:
            found = read_tensors(path).tensors
        except DamagedFileError:
            refused += 1
            continue
        assert all(torch.equal(found[name], tensor) for name, tensor in TENSORS.items())
    assert refused > 200


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 100, b"\x02" + b"\x00" * 7 + b"{}"[:1]])
def test_what_is_no_safetensors_file_is_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        read_tensors(path)


def test_a_file_of_an_earlier_version_is_read(path: Path) -> None:
    save_file(TENSORS, path, metadata={"kind": "2"})
    assert torch.equal(read_tensors(path).tensors["a"], TENSORS["a"])
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_tensors(path)
