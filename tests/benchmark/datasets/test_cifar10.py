import hashlib
import pickle

import numpy as np
import pytest
import torch
import torchvision.datasets

from benchmark.datasets.cifar10 import CIFAR10, FILES, cifar_files
from benchmark.errors import UserError

FOLDER = "cifar-10-batches-py"


def batch(seed: int) -> dict:
    """Four images in the layout of the CIFAR batches: one row a picture, red then green then blue."""
    rng = np.random.RandomState(seed)
    return {"data": rng.randint(0, 256, (4, 3072)).astype(np.uint8), "labels": rng.randint(0, 10, 4).tolist()}


@pytest.fixture
def batches():
    return {f"data_batch_{i}": batch(i) for i in range(1, 6)} | {"test_batch": batch(6)}


@pytest.fixture
def files(tmp_path, batches):
    """A data set of the real format in `tmp_path`, and torchvision's class with the digests of these files."""
    (tmp_path / FOLDER).mkdir()
    md5 = {}
    for name, content in (batches | {"batches.meta": {"label_names": list("abcdefghij")}}).items():
        packed = pickle.dumps(content, protocol=2)
        (tmp_path / FOLDER / name).write_bytes(packed)
        md5[name] = hashlib.md5(packed).hexdigest()
    lists = {
        "train_list": [[name, md5[name]] for name in batches if name != "test_batch"],
        "test_list": [["test_batch", md5["test_batch"]]],
        "meta": {"filename": "batches.meta", "key": "label_names", "md5": md5["batches.meta"]},
        "url": (tmp_path / "absent.tar.gz").as_uri(),
    }
    return cifar_files(type("SmallCIFAR10", (torchvision.datasets.CIFAR10,), lists), validation=3)


@pytest.mark.parametrize(
    ("split", "names", "chosen"),
    [
        ("train", [f"data_batch_{i}" for i in range(1, 6)], slice(0, 17)),
        ("validation", [f"data_batch_{i}" for i in range(1, 6)], slice(17, 20)),
        ("test", ["test_batch"], slice(0, 4)),
    ],
)
def test_splits_are_read_in_order(files, tmp_path, batches, split, names, chosen):
    images, labels = files.read(tmp_path, split)
    pixels = np.concatenate([batches[name]["data"] for name in names])[chosen]
    assert images.is_contiguous()
    assert torch.equal(images, torch.from_numpy(pixels.reshape(-1, 3, 32, 32)))
    assert labels.tolist() == [label for name in names for label in batches[name]["labels"]][chosen]


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch", "batches.meta"])
def test_broken_file_is_named(files, tmp_path, name):
    path = tmp_path / FOLDER / name
    path.write_bytes(path.read_bytes()[:-1])
    assert files.problem(tmp_path).startswith(f"{path}: is broken: its MD5 digest is not ")
    with pytest.raises(UserError, match=f"{name}: is broken"):
        files.read(tmp_path, "train")


def test_missing_file_is_named(files, tmp_path):
    (tmp_path / FOLDER / "data_batch_1").unlink()
    with pytest.raises(
        UserError, match=r"data_batch_1: is missing; unpack cifar-10-python\.tar\.gz in the data folder"
    ):
        files.read(tmp_path, "test")


def test_real_files_are_checked_by_torchvisions_digests(tmp_path):
    assert FILES.files[0] == "cifar-10-batches-py/data_batch_1"
    assert len(FILES.files) == 7
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "data_batch_1").write_bytes(b"")
    assert "is broken: its MD5 digest is not c99cafc152244af753f735de768cd75f" in CIFAR10.problem(tmp_path)
