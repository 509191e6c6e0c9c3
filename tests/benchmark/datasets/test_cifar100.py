from benchmark.datasets.cifar100 import CIFAR100, FILES


def test_real_files_are_checked_by_torchvisions_digests(tmp_path):
    path = tmp_path / "cifar-100-python" / "train"
    path.parent.mkdir()
    path.write_bytes(b"")
    assert CIFAR100.problem(tmp_path) == (
        f"{path}: is broken: its MD5 digest is not 16019d7e3df5f24257cddd939b257f8d; "
        "unpack cifar-100-python.tar.gz in the data folder, so that it holds cifar-100-python/"
    )
    assert len(FILES.found.names) == 3
    assert FILES.found.validation == 5_000
    assert (CIFAR100.files, CIFAR100.read) == (FILES.files, FILES.read)
