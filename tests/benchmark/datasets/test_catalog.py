import pickle
from itertools import permutations

import numpy as np
import pytest
import torch

from benchmark.datasets import built_in
from benchmark.datasets.catalog import (
    DATASETS,
    LabelledImages,
    NoSideError,
    check_folder,
    find_dataset,
    key_of,
    load_split,
    side_of,
)
from benchmark.datasets.dataset import Dataset
from benchmark.errors import UserError
from benchmark.scoring.overlap import fingerprints

# In this order; one that comes to the catalog may be missing here.
FIRST = (
    *("digits", "mnist", "fashion-mnist", "kmnist", "emnist", "cifar10", "cifar100", "svhn", "stl10", "celeba"),
    *("triangles", "gaussians-ring", "gaussians-grid", "stacked-digits", "photo-patches", "digits-200"),
)


def test_names_are_keys():
    assert tuple(DATASETS)[: len(FIRST)] == FIRST
    assert list(DATASETS) == [dataset.name for dataset in vars(built_in).values() if isinstance(dataset, Dataset)]
    assert all(find_dataset(name).name == name for name in DATASETS)


def test_unknown_name_lists_the_known_and_the_nearest():
    with pytest.raises(
        UserError, match=r"unknown dataset 'cifar': did you mean 'cifar10'\? Known: digits, mnist, fash"
    ):
        find_dataset("cifar")


def test_native_resolution_leaves_pixels_alone(tmp_path):
    native = load_split("digits", "test", tmp_path)
    assert torch.equal(native.images, load_split("digits", "test", tmp_path, resolution=8).images)
    content = DATASETS["digits"].read(tmp_path, "test", 8)
    np.testing.assert_array_equal(native.images, content.part(0, 450))
    assert not (tmp_path / "prepared").exists()


def test_resizing_to_half_weighs_pixels_as_an_antialiased_triangle(tmp_path):
    native = load_split("digits", "test", tmp_path).images.double()
    half = load_split("digits", "test", tmp_path, resolution=4)
    # Halving: a triangle of four pixels a side centred on the new one, weights 1 3 3 1 over 8, inside the border.
    weights = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 8
    inner = torch.einsum("ncij,i,j->nc", native[:, :, 1:5, 1:5], weights, weights)
    assert half.images.shape == (450, 1, 4, 4)
    assert half.images.dtype == torch.uint8
    assert half.images.is_contiguous()
    torch.testing.assert_close(half.images[:, :, 1, 1].double(), inner, atol=1.01, rtol=0)


def test_resizing_up_keeps_labels_and_flat_images(tmp_path):
    double = load_split("digits", "validation", tmp_path, resolution=16)
    assert double.images.shape == (450, 1, 16, 16)
    assert torch.equal(double.labels, load_split("digits", "validation", tmp_path).labels)


def test_a_split_knows_the_classes_of_its_data_set(tmp_path):
    for split in ("train", "validation", "test"):
        data = load_split("digits", split, tmp_path)
        assert data.classes == 10
        assert data.labels.unique().tolist() == list(range(10))


def test_no_split_is_made_of_another_s_images(tmp_path):
    """Of every data set whose files are here: a few may be in two splits by chance, where there are few to draw."""
    for name in (name for name, dataset in DATASETS.items() if dataset.problem(tmp_path) is None):
        splits = ("train", "validation", "test")
        images = {split: fingerprints(load_split(name, split, tmp_path).images) for split in splits}
        for split, other in permutations(splits, 2):
            shared = len(set(images[split]) & set(images[other])) / len(set(images[split]))
            assert shared < 0.1, f"{name}: {shared:.0%} of its {split} images are {other} images, too"


def test_moves_whole_to_a_device():
    there = LabelledImages(torch.zeros(2, 1, 4, 4), torch.zeros(2), 3).to(torch.device("meta"))
    assert (there.images.device.type, there.labels.device.type) == ("meta", "meta")
    assert (there.images.shape, there.classes) == ((2, 1, 4, 4), 3)


def test_splits_are_joined_in_order(tmp_path):
    parts = {split: load_split("digits", split, tmp_path) for split in ("train", "validation", "test")}
    for joined, names in {"train+validation": ("train", "validation"), "all": tuple(parts)}.items():
        whole = load_split("digits", joined, tmp_path)
        assert torch.equal(whole.images, torch.cat([parts[name].images for name in names]))
        assert torch.equal(whole.labels, torch.cat([parts[name].labels for name in names]))


def test_joined_splits_that_are_prepared(tmp_path):
    """Chunks may lie on either side of the seam, and on both."""
    parts = [load_split("stacked-digits", split, tmp_path, 4).images for split in ("train", "validation")]
    joined = load_split("stacked-digits", "train+validation", tmp_path, 4).images
    assert torch.equal(joined, torch.cat(parts))


def test_what_is_large_is_prepared_once_and_mapped(tmp_path):
    first = load_split("gaussians-ring", "test", tmp_path)
    (shelf,) = (tmp_path / "prepared").iterdir()
    assert shelf.name == f"gaussians-ring-32-{key_of('gaussians-ring', 0, tmp_path)}"
    written = (shelf / "test-images.npy").stat().st_mtime_ns
    again = load_split("gaussians-ring", "test", tmp_path)
    assert torch.equal(first.images, again.images)
    assert (shelf / "test-images.npy").stat().st_mtime_ns == written


def test_a_folder_without_its_prefix_is_told_how_it_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flat" / "deep").mkdir(parents=True)
    for name in ("flat", "flat/deep", str(tmp_path)):
        with pytest.raises(UserError) as refused:
            find_dataset(name)
        assert str(refused.value) == (
            f"dataset {name!r}: no data set of that name; the folder is written folder:{name}"
        )
    (tmp_path / "digits").mkdir()
    assert find_dataset("digits").name == "digits"  # the data set's own name comes first
    with pytest.raises(UserError, match=r"^unknown dataset 'x+ \.\.\. x+':"):
        find_dataset("x" * 300)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    check_folder("digits")
    check_folder(f"folder:{tmp_path}")
    with pytest.raises(UserError, match=r"^nope: no such folder$"):
        check_folder("folder:nope")


def test_who_asks_says_how_a_side_is_asked_for():
    with pytest.raises(NoSideError) as refused:
        side_of("folder:mine", 0)
    told = "dataset 'folder:mine': its pictures have no side of their own; give {}, for instance"
    assert str(refused.value) == told.format("--set resolution=32")
    assert str(NoSideError.of("folder:mine", "--resolution 32")) == told.format("--resolution 32")
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)  # as it comes from a process
