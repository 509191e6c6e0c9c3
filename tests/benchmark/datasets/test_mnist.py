from benchmark.datasets.mnist import FILES, MNIST


def test_reads_from_torchvisions_folder(write):
    data = write("mnist").data
    content = MNIST.read(data, "test", MNIST.resolution)
    assert MNIST.problem(data) is None
    assert MNIST.files(data)[0] == data / "MNIST/raw/train-images-idx3-ubyte"
    assert content.part(0, 5).shape == (5, 1, 28, 28)
    assert len(content.labels) == 5


def test_problem_names_the_missing_file(tmp_path):
    assert MNIST.problem(tmp_path) == (
        f"{tmp_path}/MNIST/raw/train-images-idx3-ubyte: is missing; "
        "put the four files of MNIST, as they are or as .gz, into MNIST/raw/ of the data folder"
    )


def test_validation_is_as_large_as_the_test_part():
    assert FILES.found.validation == 10_000
