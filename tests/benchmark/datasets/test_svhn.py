import numpy as np
import torchvision.datasets
from scipy.io import loadmat

from benchmark.datasets.svhn import FILES, SVHN


def test_a_ten_in_the_file_is_a_zero(write):
    written = write("svhn")
    stored = loadmat(written.data / "test_32x32.mat")["y"][:, 0]
    assert 10 in stored
    assert written.files.read(written.data, "test", 0).labels.tolist() == (stored % 10).tolist()


def test_images_are_upright_as_torchvision_shows_them(write):
    written = write("svhn")
    picture, _ = written.source(written.data, split="test")[3]
    image = written.files.read(written.data, "test", 0).part(3, 4)[0]
    assert np.array_equal(np.asarray(picture), image.transpose(1, 2, 0))


def test_real_files_are_checked_by_torchvisions_digests(tmp_path):
    path = tmp_path / "train_32x32.mat"
    path.write_bytes(b"")
    assert SVHN.problem(tmp_path) == (
        f"{path}: is broken: its MD5 digest is not e26dedcc434d2e4c54c9b2d4a06d8373; "
        "put train_32x32.mat and test_32x32.mat into the data folder"
    )
    assert FILES.found.names == tuple(torchvision.datasets.SVHN.split_list[part][1] for part in ("train", "test"))
    assert FILES.found.validation == 10_000
    assert (SVHN.files, SVHN.read) == (FILES.files, FILES.read)
