import hashlib
import os
from dataclasses import replace

import pytest

from benchmark.datasets.content_key import content_key, file_digests
from benchmark.datasets.digits import DIGITS
from benchmark.datasets.triangles import TRIANGLES
from benchmark.errors import UserError


@pytest.fixture
def dataset(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_bytes(name.encode() * 1000)
    return replace(DIGITS, name="folder:set", files=lambda _: tuple(sorted(folder.iterdir())))


def test_it_changes_with_any_byte_even_where_size_and_time_stay(dataset, tmp_path):
    before = content_key(dataset, tmp_path, 8)
    file = tmp_path / "set" / "b"
    status = file.stat()
    file.write_bytes(b"b" * 999 + b"c")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert content_key(dataset, tmp_path, 8) != before
    file.write_bytes(b"b" * 1000)
    assert content_key(dataset, tmp_path, 8) == before


def test_it_changes_with_names_and_sides(dataset, tmp_path):
    keys = {content_key(dataset, tmp_path, side) for side in (8, 16)}
    (tmp_path / "set" / "a").rename(tmp_path / "set" / "c")
    keys.add(content_key(dataset, tmp_path, 8))
    assert len(keys) == 3
    assert all(len(key) == 16 for key in keys)


def test_a_folder_that_moves_keeps_it(dataset, tmp_path):
    before = content_key(dataset, tmp_path, 8)
    (tmp_path / "set").rename(tmp_path / "elsewhere")
    moved = replace(dataset, name="folder:elsewhere", files=lambda _: tuple(sorted((tmp_path / "elsewhere").iterdir())))
    assert content_key(moved, tmp_path, 8) == before


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UserError, match=f"{tmp_path / 'absent'}: No such file or directory"):
        file_digests([tmp_path / "absent"])


def test_a_digest_by_hand(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    assert file_digests([tmp_path / "empty"]) == ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]


def test_a_made_set_has_that_of_its_name_and_side_and_of_who_makes_it(tmp_path):
    keys = [content_key(TRIANGLES, tmp_path, 28), content_key(TRIANGLES, tmp_path, 28, "0123456789abcdef")]
    texts = ["2 triangles 28\n", "2 triangles 28 0123456789abcdef\n"]
    assert keys == [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]


def test_files_are_paths(tmp_path) -> None:
    own = replace(DIGITS, name="mine", files=lambda data: ["a.npy"])
    with pytest.raises(UserError, match=r"^dataset 'mine': its files give 'a.npy'; must be pathlib.Path each$"):
        content_key(own, tmp_path, 8)
