import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torchvision.datasets

from benchmark.datasets import mnist
from benchmark.errors import UserError


def offline(md5_by_file: dict[str, str], mirror: Path) -> type[torchvision.datasets.MNIST]:
    """torchvision's MNIST with an empty folder to download from; its class name is its folder."""
    content = {"mirrors": [f"{mirror.as_uri()}/"], "resources": list(md5_by_file.items())}
    return type("MNIST", (torchvision.datasets.MNIST,), content)


@pytest.fixture
def files(idx_values, tmp_path):
    return replace(
        mnist.FILES, source=offline({f"{name}.gz": "" for name in idx_values}, tmp_path / "mirror"), validation=4
    )


@pytest.fixture
def data(tmp_path, idx_files):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in idx_files.items():
        (raw / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(
    ("split", "part", "chosen"),
    [("train", "train", slice(0, 8)), ("validation", "train", slice(8, 12)), ("test", "t10k", slice(0, 5))],
)
def test_splits_are_read_in_order(files, data, idx_values, split, part, chosen):
    images, labels = files.read(data, split)
    assert files.problem(data) is None
    assert images.dtype == torch.uint8
    assert images.is_contiguous()
    assert images.shape[1:] == (1, 28, 28)
    assert (images[:, 0].numpy() == idx_values[f"{part}-images-idx3-ubyte"][chosen]).all()
    assert labels.dtype == torch.int64
    assert labels.tolist() == idx_values[f"{part}-labels-idx1-ubyte"][chosen].tolist()


def test_packed_files_are_unpacked_without_a_network(files, tmp_path, idx_files, idx_values):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    packed = {f"{name}.gz": gzip.compress(content) for name, content in idx_files.items()}
    for name, content in packed.items():
        (raw / name).write_bytes(content)
    source = offline({name: hashlib.md5(content).hexdigest() for name, content in packed.items()}, tmp_path / "mirror")
    assert files.problem(tmp_path) is None
    images, _ = replace(files, source=source).read(tmp_path, "test")
    assert (images[:, 0].numpy() == idx_values["t10k-images-idx3-ubyte"]).all()


def test_missing_files_name_the_first_and_the_folder(files, tmp_path):
    with pytest.raises(UserError) as caught:
        files.read(tmp_path / "absent", "train")
    message = str(caught.value)
    assert message.startswith(
        f"{tmp_path / 'absent'}/MNIST/raw/train-images-idx3-ubyte: is missing; put the four files"
    )
    assert "the download failed: Error downloading train-images-idx3-ubyte.gz: Tried file:" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("keep", "problem"), [(0, "is no idx-ubyte file"), (10, "is cut off within its header"), (100, "has 100 bytes")]
)
def test_cut_off_file_is_named(files, data, keep, problem):
    path = data / "MNIST" / "raw" / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:keep])
    assert files.problem(data).startswith(f"{path}: {problem}")
    with pytest.raises(UserError, match=f"t10k-images-idx3-ubyte: {problem}"):
        files.read(data, "train")


def test_other_files_of_the_same_format_are_refused(files, data, idx_files):
    with pytest.raises(UserError, match="12 images and 12 labels; expected as many, above 12"):
        replace(files, validation=12).read(data, "train")
    (data / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").write_bytes(idx_files["train-labels-idx1-ubyte"])
    with pytest.raises(UserError, match="5 images and 12 labels"):
        files.read(data, "test")


def test_data_folder_that_is_a_file_is_a_user_error(files, tmp_path):
    path = tmp_path / "data"
    path.write_text("not a folder")
    with pytest.raises(UserError, match="is missing"):
        files.read(path, "train")
