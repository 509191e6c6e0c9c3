from benchmark.datasets.fashion_mnist import FASHION_MNIST, FILES


def test_reads_from_torchvisions_folder(tmp_path, idx_files):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in idx_files.items():
        (raw / name).write_bytes(content)
    assert FASHION_MNIST.problem(tmp_path) is None
    images, labels = FASHION_MNIST.read(tmp_path, "test")
    assert (len(images), len(labels)) == (5, 5)
    assert images.shape[1:] == (FASHION_MNIST.channels, FASHION_MNIST.resolution, FASHION_MNIST.resolution)


def test_problem_names_the_missing_file(tmp_path):
    assert FASHION_MNIST.problem(tmp_path).startswith(
        f"{tmp_path}/FashionMNIST/raw/train-images-idx3-ubyte: is missing"
    )


def test_validation_is_as_large_as_the_test_part():
    assert FILES.validation == 10_000
