import os
from pathlib import Path

import pytest

from benchmark.files import atomic_write, is_file, read_file, sweep


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


def test_what_dead_processes_left_unfinished_is_swept(tmp_path: Path) -> None:
    dead, own = 2**22 + 1, os.getpid()  # above the kernel's highest process id
    old, fresh = (dead, own), dead
    for pid in old:
        (tmp_path / "run").mkdir(exist_ok=True)
        path = tmp_path / "run" / f"record.json.{pid}.tmp"
        path.write_text("half")
        os.utime(path, (0, 0))
    (tmp_path / f"fresh.{fresh}.tmp").write_text("half")
    for name in ("mine.tmp", "note.12a.tmp", "record.json"):
        (tmp_path / name).write_text("somebody's")
        os.utime(tmp_path / name, (0, 0))
    sweep(tmp_path)
    sweep(tmp_path / "missing")
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {f"run/record.json.{own}.tmp", f"fresh.{fresh}.tmp", "mine.tmp", "note.12a.tmp", "record.json"}


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    """A pipe would be waited for without end."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(ValueError, match="not a file"):
            read_file(tmp_path / name)
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("link", "absent"):
        with pytest.raises(FileNotFoundError):
            read_file(tmp_path / name)
    (tmp_path / "file").write_bytes(b"whole")
    assert read_file(tmp_path / "file") == b"whole"
