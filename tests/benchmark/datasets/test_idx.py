import numpy as np
import pytest
from small_sets import idx_bytes
from torchvision.datasets.mnist import read_image_file, read_label_file

from benchmark.datasets.idx import idx_problem, read_idx

IMAGES = np.random.RandomState(0).randint(0, 256, (3, 28, 28))
LABELS = np.array([7, 0, 255])


@pytest.fixture
def images(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(idx_bytes(IMAGES))
    return path


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "train-labels-idx1-ubyte"
    path.write_bytes(idx_bytes(LABELS))
    return path


def test_content_is_what_was_written_and_what_torchvision_reads(images, labels):
    assert np.array_equal(read_idx(images), IMAGES)
    assert np.array_equal(read_idx(images), read_image_file(images).numpy())
    assert np.array_equal(read_idx(labels), LABELS)
    assert np.array_equal(read_idx(labels), read_label_file(labels).numpy())


def test_whole_files_have_no_problem(images, labels):
    assert idx_problem(images, 28) is None
    assert idx_problem(labels, 28) is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is no idx-ubyte file"),
        (b"<html>", "is no idx-ubyte file"),
        (b"\0\0\x0b\x01\0\0\0\x01ab", "is no idx-ubyte file"),
        (b"\0\0\x08\x01\0\0", "is cut off within its header"),
        (b"\0\0\x08\x01\0\0\0\0", "holds nothing"),
        (b"\0\0\x08\x01\0\0\0\x03ab", "has 10 bytes, its header says 11"),
        (b"\0\0\x08\x01\0\0\0\x03abcd", "has 12 bytes, its header says 11"),
    ],
)
def test_broken_files_are_described(labels, content, problem):
    labels.write_bytes(content)
    assert idx_problem(labels, 28) == problem


def test_missing_file(tmp_path):
    assert idx_problem(tmp_path / "file", 28) == "is missing"


def test_labels_are_not_taken_for_images(images, labels):
    images.write_bytes(labels.read_bytes())
    assert idx_problem(images, 28) == "has 1 dimensions, its name says otherwise"


@pytest.mark.parametrize("shape", [(28, 32), (32, 28), (0, 28)])
def test_images_of_another_size_are_refused(images, shape):
    images.write_bytes(idx_bytes(np.zeros((2, *shape))))
    assert idx_problem(images, 28) == f"has images of {shape[0]}x{shape[1]} pixels, not 28x28"
