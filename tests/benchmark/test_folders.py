"""runs/ as it may be found: each in one line that says what to do."""

import os
import shutil
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.folders import check_places, check_runs, is_read_only, staying
from benchmark.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "data")


def test_a_folder_and_none_at_all_are_fine(paths: Paths) -> None:
    check_runs(paths)
    assert not is_read_only(paths)
    paths.runs.mkdir()
    check_runs(paths)
    assert not is_read_only(paths)


def test_a_file_is_none(paths: Paths) -> None:
    paths.runs.write_text("somebody's")
    with pytest.raises(UserError, match=r"runs: a file; everything is written to a folder of that name"):
        check_runs(paths)
    assert paths.runs.read_text() == "somebody's"


def test_a_link_to_nothing_is_none_and_one_to_a_folder_is(paths: Paths, tmp_path: Path) -> None:
    paths.runs.symlink_to(tmp_path / "large-disk")
    with pytest.raises(UserError, match=r"runs: a link to .*large-disk, which is not there; make it"):
        check_runs(paths)
    (tmp_path / "large-disk").mkdir()
    check_runs(paths)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_what_may_not_be_read_or_written_is_told_apart(paths: Paths) -> None:
    paths.runs.mkdir()
    paths.runs.chmod(0o500)
    check_runs(paths)
    assert is_read_only(paths)
    paths.runs.chmod(0)
    with pytest.raises(UserError, match="runs: may not be read; give yourself the rights"):
        check_runs(paths)
    paths.runs.chmod(0o700)


def test_a_folder_that_is_deleted_meanwhile_is_said_whatever_comes_of_it(paths: Paths) -> None:
    lock = paths.runs / "work" / "lock"

    def work(error: Exception | None, *, deletes: bool) -> None:
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
        with staying(lock, paths.runs):
            if deletes:
                shutil.rmtree(paths.runs)
            if error:
                raise error

    work(None, deletes=False)
    with pytest.raises(KeyError):
        work(KeyError("trial"), deletes=False)
    for error in (None, KeyError("trial")):
        with pytest.raises(UserError, match="runs: was deleted while the study ran"):
            work(error, deletes=True)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("GANBENCH_ROOT", "nowhere", "--root {here}/nowhere: not there; it must be a folder"),
        ("GANBENCH_ROOT", "file", "--root {here}/file: a file; it must be a folder"),
        ("GANBENCH_RUNS", "file", "GANBENCH_RUNS = {here}/file: {here}/file is a file; it must be a folder, or one "),
        ("GANBENCH_DATA", "file/x/y", "GANBENCH_DATA = {here}/file/x/y: {here}/file is a file; it must be a folder, "),
    ],
)
def test_places_that_cannot_be_are_one_line(
    variable: str, value: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    check_places()
    monkeypatch.setenv(variable, "." if variable == "GANBENCH_ROOT" else "new/folder")
    check_places()
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserError) as raised:
        check_places()
    assert str(raised.value).startswith(message.format(here=tmp_path))
