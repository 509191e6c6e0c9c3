import gzip
import zipfile

import numpy as np
import pytest
from small_sets import md5_of

from benchmark.datasets.emnist import EMNIST, FILES
from benchmark.datasets.idx import read_idx


def test_images_are_turned_upright(write):
    data = write("emnist").data
    upright = EMNIST.read(data, "test", 28).part(0, 5)
    stored = read_idx(data / "EMNIST/raw/emnist-balanced-test-images-idx3-ubyte")
    assert all(upright[n, 0, y, x] == stored[n, x, y] for n in range(5) for y in range(28) for x in range(28))


@pytest.mark.parametrize("absent", ["train", "test"])
def test_the_archive_is_unpacked_without_a_network(write, absent):
    written = write("emnist")
    raw = written.data / "EMNIST" / "raw"
    with zipfile.ZipFile(raw / "gzip.zip", "w") as archive:
        for path in written.files.files(written.data):
            archive.writestr(f"gzip/{path.name}.gz", gzip.compress(path.read_bytes()))
    for path in raw.glob(f"emnist-balanced-{absent}-*"):
        path.unlink()
    files = written.files_of(md5=md5_of(raw / "gzip.zip"))
    assert files.problem(written.data) is None
    assert np.array_equal(files.read(written.data, "test", 0).part(0, 5), written.images["test"])
    assert np.array_equal(files.read(written.data, "train", 0).part(0, 8), written.images["train"][:8])


def test_real_files_are_those_of_the_balanced_split(tmp_path):
    assert FILES.found.archives == ("EMNIST/raw/gzip.zip",)
    assert FILES.found.validation == 18_800
    assert EMNIST.problem(tmp_path).startswith(
        f"{tmp_path}/EMNIST/raw/emnist-balanced-train-images-idx3-ubyte: is missing; put gzip.zip of EMNIST"
    )
