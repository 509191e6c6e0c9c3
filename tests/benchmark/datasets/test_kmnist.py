from benchmark.datasets.kmnist import FILES, KMNIST


def test_reads_from_torchvisions_folder(write):
    data = write("kmnist").data
    content = KMNIST.read(data, "test", KMNIST.resolution)
    assert KMNIST.problem(data) is None
    assert KMNIST.files(data)[0] == data / "KMNIST/raw/train-images-idx3-ubyte"
    assert content.part(0, 5).shape == (5, 1, 28, 28)
    assert len(content.labels) == 5


def test_problem_names_the_missing_file(tmp_path):
    assert KMNIST.problem(tmp_path) == (
        f"{tmp_path}/KMNIST/raw/train-images-idx3-ubyte: is missing; "
        "put the four files of KMNIST, as they are or as .gz, into KMNIST/raw/ of the data folder"
    )


def test_validation_is_as_large_as_the_test_part():
    assert FILES.found.validation == 10_000
