from benchmark.datasets.mnist import FILES, MNIST


def test_reads_from_torchvisions_folder(tmp_path, idx_files):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in idx_files.items():
        (raw / name).write_bytes(content)
    assert MNIST.problem(tmp_path) is None
    images, labels = MNIST.read(tmp_path, "test")
    assert (len(images), len(labels)) == (5, 5)
    assert images.shape[1:] == (MNIST.channels, MNIST.resolution, MNIST.resolution)


def test_problem_names_the_missing_file(tmp_path):
    assert MNIST.problem(tmp_path).startswith(f"{tmp_path}/MNIST/raw/train-images-idx3-ubyte: is missing")


def test_validation_is_as_large_as_the_test_part():
    assert FILES.validation == 10_000
