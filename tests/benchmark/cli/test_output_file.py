"""Files to be written are looked at before anything is computed."""

import os
from pathlib import Path

import pytest

from benchmark.cli.output_file import check_output, write_output
from benchmark.errors import UserError


def test_a_file_that_can_be_written_is(tmp_path: Path) -> None:
    path = tmp_path / "new" / "scores.json"
    check_output(path)
    assert list(path.parent.iterdir()) == []
    write_output(path, "{}")
    check_output(path)
    assert path.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "is a folder; name a file"),
        ("folder", "is a folder; name a file"),
        ("file/scores.json", "cannot be written: "),
        ("pipe", "is a device; name a file"),
        ("x" * 300, "cannot be written: File name too long"),
        ("x" * 250, "cannot be written: File name too long"),
        ("/proc/scores.json", "cannot be written: "),
        ("/dev/null", "is a device; name a file"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError) as refused:
        check_output(tmp_path / name)
    assert str(refused.value).startswith("--output ")
    assert reason in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "pipe"]


def test_what_fails_after_all_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=r"^--output '.*/folder': cannot be written: Is a directory$"):
        write_output(tmp_path / "folder", "{}")
