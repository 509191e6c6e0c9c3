import gzip
import tarfile
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from small_sets import Written, md5_of

from benchmark.datasets.torchvision_files import TorchvisionFiles
from benchmark.errors import UserError

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "cut off": lambda whole: whole[:-1],
    "too long": lambda whole: whole + b"\0",
    "a web page": lambda whole: b"<html>503</html>",
}


def read_both(files: TorchvisionFiles, data: Path) -> None:
    for split in ("train", "test"):
        files.read(data, split, 0)


def error_of(files: TorchvisionFiles, data: Path) -> str:
    """What is said when both parts are read."""
    with pytest.raises(UserError) as caught:
        read_both(files, data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("split", "part", "chosen"),
    [("train", "train", slice(0, 8)), ("validation", "train", slice(8, 12)), ("test", "test", slice(0, 5))],
)
def test_splits_are_read_in_order(written: Written, split, part, chosen):
    content = written.files.read(written.data, split, 0)
    images, labels = written.images[part][chosen], written.labels[part][chosen]
    found = content.part(0, len(labels))
    assert written.files.problem(written.data) is None
    assert found.dtype == np.uint8
    assert found.flags.c_contiguous
    assert np.array_equal(found, images)
    assert np.array_equal(content.part(1, 3), images[1:3])
    assert content.labels.dtype == np.int64
    assert content.labels.tolist() == labels.tolist()
    assert content.classes == written.classes


def test_train_never_shows_validation_images(written: Written):
    assert len(written.files.read(written.data, "train", 0).part(0, 12)) == 8


def test_files_are_those_that_decide_the_images(written: Written):
    paths = written.files.files(written.data)
    assert {path.relative_to(written.data).as_posix() for path in paths} == set(written.files.names)
    assert all(path.is_file() for path in paths)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named(written: Written, damage):
    for path in written.files.files(written.data):
        whole = path.read_bytes()
        path.write_bytes(DAMAGES[damage](whole))
        problem = written.files.problem(written.data)
        assert problem.startswith(f"{path}: ")
        assert problem.endswith(f"; {written.files.advice}")
        assert error_of(written.files, written.data).startswith(problem)
        path.write_bytes(whole)


def test_a_missing_file_is_named(written: Written):
    for path in written.files.files(written.data):
        whole = path.read_bytes()
        path.unlink()
        problem = f"{path}: is missing; {written.files.advice}"
        assert written.files.problem(written.data) == problem
        assert error_of(written.files, written.data).startswith(f"{problem} (the download failed: ")
        path.write_bytes(whole)


def test_a_file_in_place_of_another_is_named(written: Written):
    for path, other in permutations(written.files.files(written.data), 2):
        whole = path.read_bytes()
        path.write_bytes(other.read_bytes())
        assert path.name in error_of(written.files, written.data)
        path.write_bytes(whole)


def test_a_data_folder_that_is_no_folder_is_a_user_error(written: Written, tmp_path):
    path = tmp_path / "file"
    path.write_text("not a folder")
    assert error_of(written.files, path).startswith(f"{path / written.files.names[0]}: is missing; ")


def test_too_few_images_to_split(written: Written):
    files = replace(written.files, validation=12)
    assert "12 images; expected more than 12; " in error_of(files, written.data)
    assert len(replace(files, validation=11).read(written.data, "train", 0).labels) == 1


def test_packed_idx_files_are_unpacked_without_a_network(write, tmp_path):
    written = write("mnist")
    packed = tmp_path / "elsewhere" / "MNIST" / "raw"
    packed.mkdir(parents=True)
    for path in written.files.files(written.data):
        (packed / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    files = written.files_of(resources=[(path.name, md5_of(path)) for path in packed.iterdir()])
    assert files.problem(tmp_path / "elsewhere") is None
    assert np.array_equal(files.read(tmp_path / "elsewhere", "test", 0).part(0, 5), written.images["test"])


@pytest.mark.parametrize("name", ["cifar10", "cifar100", "stl10"])
def test_archives_are_unpacked_without_a_network(write, tmp_path, name):
    written = write(name)
    archive = tmp_path / "elsewhere" / written.source.filename
    archive.parent.mkdir()
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(written.data / written.source.base_folder, written.source.base_folder)
    files = written.files_of(tgz_md5=md5_of(archive))
    assert files.problem(archive.parent) is None
    assert np.array_equal(files.read(archive.parent, "test", 0).part(0, 5), written.images["test"])


def test_some_archives_are_not_enough(write):
    written = write("mnist")
    images, *_ = written.files.files(written.data)
    images.rename(f"{images}.gz")
    assert written.files.problem(written.data).startswith(f"{images}: is missing")
