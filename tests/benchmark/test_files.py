from pathlib import Path

import pytest

from benchmark.files import atomic_write, is_file


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file.txt"
    for text in ("old", "new"):
        with atomic_write(path) as unfinished:
            unfinished.write_text(text)
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fail_half_way() -> None:
        with atomic_write(path) as unfinished:
            unfinished.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["absent", "x" * 300, "a\0b", ""])
def test_what_cannot_be_a_file_is_none(name: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("")
    assert is_file(tmp_path / "there")
    assert not is_file(tmp_path / name)
