from benchmark.datasets.fashion_mnist import FASHION_MNIST, FILES


def test_reads_from_torchvisions_folder(write):
    data = write("fashion-mnist").data
    content = FASHION_MNIST.read(data, "test", FASHION_MNIST.resolution)
    assert FASHION_MNIST.problem(data) is None
    assert FASHION_MNIST.files(data)[0] == data / "FashionMNIST/raw/train-images-idx3-ubyte"
    assert content.part(0, 5).shape == (5, 1, 28, 28)
    assert len(content.labels) == 5


def test_problem_names_the_missing_file(tmp_path):
    assert FASHION_MNIST.problem(tmp_path) == (
        f"{tmp_path}/FashionMNIST/raw/train-images-idx3-ubyte: is missing; "
        "put the four files of FashionMNIST, as they are or as .gz, into FashionMNIST/raw/ of the data folder"
    )


def test_validation_is_as_large_as_the_test_part():
    assert FILES.found.validation == 10_000
