import numpy as np
import pytest
from small_sets import idx_bytes

from benchmark.errors import UserError


@pytest.mark.parametrize(("name", "classes"), [("mnist", 10), ("emnist", 47)])
def test_a_label_out_of_range_is_named(write, name, classes):
    written = write(name)
    path = written.data / written.files.names[3]
    path.write_bytes(idx_bytes(np.array([0, 1, classes, 2, 3])))
    with pytest.raises(UserError) as caught:
        written.files.read(written.data, "test", 0)
    assert str(caught.value) == f"{path}: label {classes}; allowed: 0 to {classes - 1}"
    assert len(written.files.read(written.data, "train", 0).labels) == 8


def test_each_image_needs_a_label(write):
    written = write("kmnist")
    path = written.data / "KMNIST/raw/t10k-labels-idx1-ubyte"
    path.write_bytes(idx_bytes(np.zeros(4)))
    with pytest.raises(UserError) as caught:
        written.files.read(written.data, "test", 0)
    assert str(caught.value) == f"{path}: 4 labels; t10k-images-idx3-ubyte has 5 images"
