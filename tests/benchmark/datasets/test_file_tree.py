"""Files beneath a folder, through links."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from benchmark.datasets.file_tree import AGAIN, BROKEN, NO_FILES, walk
from benchmark.errors import UserError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def found(root: Path) -> tuple[list[str], dict[str, list[str]]]:
    tree = walk(root)
    left_out = {why: sorted(str(path.relative_to(root)) for path in paths) for why, paths in tree.left_out.items()}
    return sorted(str(path.relative_to(root)) for path in tree.files), left_out


def test_links_to_folders_and_files_are_followed(root: Path, tmp_path: Path) -> None:
    touch(tmp_path / "elsewhere" / "deep" / "1")
    touch(root / "2")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (root / "3").symlink_to(root / "2")
    assert found(root) == (["2", "3", "link/deep/1"], {})


def test_the_root_may_be_a_link(root: Path, tmp_path: Path) -> None:
    touch(root / "a" / "1")
    (tmp_path / "link").symlink_to(root)
    assert found(tmp_path / "link") == (["a/1"], {})


def test_hidden_ones_are_left_out(root: Path) -> None:
    for name in (".git/1", "__MACOSX/2", "a/@eaDir/3", "a/.4", "a/5", "a/__MACOSX/6"):
        touch(root / name)
    assert found(root) == (["a/5"], {})


def test_links_that_lead_nowhere_are_named(root: Path) -> None:
    for name, target in (("a", "nowhere"), ("b", "c"), ("c", "b"), ("d", "x" * 300), ("e", "file/x"), ("f", "a")):
        (root / name).symlink_to(target)
    touch(root / "file")
    assert found(root) == (["file"], {BROKEN: ["a", "b", "c", "d", "e", "f"]})


def test_loops_of_links_end(root: Path) -> None:
    touch(root / "a" / "b" / "1")
    (root / "a" / "b" / "up").symlink_to(root / "a")
    (root / "self").symlink_to(root)
    (root / "a" / "above").symlink_to(root.parent)
    (root / "top").symlink_to("/")
    assert found(root) == (["a/b/1"], {AGAIN: ["a/above", "a/b/up", "self", "top"]})


def test_links_to_each_other_s_folders_end(root: Path, tmp_path: Path) -> None:
    """Two to the power of thirty paths lead to the last of these folders."""
    folders = [tmp_path / f"store/{number}" for number in range(31)]
    for folder in folders:
        touch(folder / "1")
    for folder, following in pairwise(folders):
        (folder / "x").symlink_to(following)
        (folder / "y").symlink_to(following)
    (root / "first").symlink_to(folders[0])
    files, left_out = found(root)
    assert len(files) == 31
    assert len(left_out[AGAIN]) == 30


def test_a_folder_is_read_by_its_own_path_rather_than_a_link(root: Path) -> None:
    touch(root / "z" / "1")
    (root / "a").symlink_to(root / "z")
    assert found(root) == (["z/1"], {AGAIN: ["a"]})


def test_of_two_links_to_one_folder_the_first_by_name_is_followed(root: Path, tmp_path: Path) -> None:
    touch(tmp_path / "store" / "1")
    (root / "train").symlink_to(tmp_path / "store")
    (root / "test").symlink_to(tmp_path / "store")
    assert found(root) == (["test/1"], {AGAIN: ["train"]})


def test_a_link_around_a_folder_that_is_read_reads_the_rest(root: Path, tmp_path: Path) -> None:
    touch(tmp_path / "store" / "in" / "1")
    touch(tmp_path / "store" / "2")
    (root / "a").symlink_to(tmp_path / "store" / "in")
    (root / "b").symlink_to(tmp_path / "store")
    assert found(root) == (["a/1", "b/2"], {AGAIN: ["b/in"]})


def test_what_is_no_file_is_named(root: Path) -> None:
    os.mkfifo(root / "pipe.png")
    assert found(root) == ([], {NO_FILES: ["pipe.png"]})


DEPTH = 1500  # more than Python's stack


@pytest.fixture
def chain(root: Path) -> Iterator[Path]:
    """A folder in a folder, and so on; made and removed by steps, since shutil's way is as deep."""
    before = Path.cwd()
    os.chdir(root)
    for _ in range(DEPTH):
        Path("d").mkdir()
        os.chdir("d")
    touch(Path("1"))
    os.chdir(before)
    yield root
    os.chdir(root / "/".join("d" * DEPTH))
    Path("1").unlink()
    for _ in range(DEPTH):
        os.chdir("..")
        Path("d").rmdir()
    os.chdir(before)


def test_folders_deeper_than_python_s_stack_are_read(chain: Path) -> None:
    assert [len(path.relative_to(chain).parts) for path in walk(chain).files] == [DEPTH + 1]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_may_not_be_looked_at_is_named(root: Path) -> None:
    (root / "closed").mkdir(mode=0)
    with pytest.raises(UserError, match=f"{root / 'closed'}: Permission denied"):
        walk(root)
