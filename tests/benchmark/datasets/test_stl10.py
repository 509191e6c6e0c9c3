import numpy as np
import pytest

from benchmark.datasets.stl10 import FILES, STL10
from benchmark.errors import UserError


def test_train_images_are_the_unlabelled_ones_as_torchvision_reads_them(write):
    written = write("stl10")
    content = written.files.read(written.data, "train", 0)
    theirs = written.source(written.data, split="unlabeled").data
    assert np.array_equal(content.part(0, 8), theirs[:8])
    assert np.array_equal(
        content.part(5, 6)[0].transpose(1, 2, 0), np.asarray(written.source(written.data, "unlabeled")[5][0])
    )


def test_images_are_read_on_demand(write):
    written = write("stl10")
    content = written.files.read(written.data, "train", 0)
    path = written.data / "stl10_binary" / "unlabeled_X.bin"
    path.write_bytes(path.read_bytes()[: 3 * 96 * 96 * 6])
    assert not content.ready
    assert len(content.part(4, 6)) == 2
    with pytest.raises(UserError, match=r"unlabeled_X\.bin: cannot read images 4 to 7"):
        content.part(4, 7)
    path.unlink()
    with pytest.raises(UserError, match=r"unlabeled_X\.bin: cannot read images 0 to 1 .*No such file"):
        content.part(0, 1)


def test_real_files_are_checked_by_torchvisions_digests(tmp_path):
    path = tmp_path / "stl10_binary" / "unlabeled_X.bin"
    path.parent.mkdir()
    path.write_bytes(b"")
    assert STL10.problem(tmp_path) == (
        f"{path}: is broken: its MD5 digest is not 5242ba1fed5e4be9e1e742405eb56ca4; "
        "unpack stl10_binary.tar.gz in the data folder, so that it holds stl10_binary/"
    )
    assert FILES.found.names == ("stl10_binary/unlabeled_X.bin", "stl10_binary/test_X.bin")
    assert FILES.found.validation == 5_000
    assert (STL10.files, STL10.read) == (FILES.files, FILES.read)
