import pytest

from benchmark.datasets.idx import idx_problem


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_whole_file_has_no_problem(tmp_path, idx_files, name):
    path = tmp_path / name
    path.write_bytes(idx_files[name])
    assert idx_problem(path) is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is no idx-ubyte file"),
        (b"<html>", "is no idx-ubyte file"),
        (b"\0\0\x08\x03\0\0\0\x02", "is cut off within its header"),
        (b"\0\0\x08\x01\0\0\0\x03ab", "has 10 bytes, its header says 11"),
        (b"\0\0\x08\x01\0\0\0\x03abcd", "has 12 bytes, its header says 11"),
    ],
)
def test_broken_files_are_described(tmp_path, content, problem):
    path = tmp_path / f"labels-idx{content[3] if content[:1] == bytes(1) else 1}-ubyte"
    path.write_bytes(content)
    assert idx_problem(path) == problem


def test_missing_file(tmp_path):
    assert idx_problem(tmp_path / "file") == "is missing"


def test_labels_are_not_taken_for_images(tmp_path, idx_files):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(idx_files["train-labels-idx1-ubyte"])
    assert idx_problem(path) == "has 1 dimensions, its name says otherwise"
