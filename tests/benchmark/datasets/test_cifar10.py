from benchmark.datasets.cifar10 import CIFAR10, FILES


def test_real_files_are_checked_by_torchvisions_digests(tmp_path):
    path = tmp_path / "cifar-10-batches-py" / "data_batch_1"
    path.parent.mkdir()
    path.write_bytes(b"")
    assert CIFAR10.problem(tmp_path) == (
        f"{path}: is broken: its MD5 digest is not c99cafc152244af753f735de768cd75f; "
        "unpack cifar-10-python.tar.gz in the data folder, so that it holds cifar-10-batches-py/"
    )
    assert len(FILES.found.names) == 7
    assert FILES.found.validation == 5_000
    assert (CIFAR10.files, CIFAR10.read) == (FILES.files, FILES.read)
