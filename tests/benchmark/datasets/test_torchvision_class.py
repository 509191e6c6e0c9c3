"""A class of torchvision, looked up when its data set is used and not before."""

import subprocess
import sys
from pathlib import Path

import pytest
import torchvision.datasets

from benchmark.datasets.torchvision_class import TorchvisionClass
from benchmark.datasets.torchvision_files import TorchvisionFiles

WITHOUT = """
import sys
from pathlib import Path
from benchmark.datasets.catalog import known_datasets, load_split
assert len(known_datasets()) >= 14
assert load_split("digits", "train", Path(sys.argv[1])).images.shape[1:] == (1, 8, 8)
print(sorted({"torchvision", "torch._dynamo", "sklearn"} & sys.modules.keys()))
"""


@pytest.mark.long
def test_a_study_of_digits_imports_neither_torchvision_nor_its_compiler(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_files_are_built_once_of_the_class_that_is_named(write) -> None:
    built = write("mnist").files
    asked: list[type] = []

    def build(source: type) -> TorchvisionFiles:
        asked.append(source)
        return built

    named = TorchvisionClass("KMNIST", build)
    assert not asked
    assert named.found is named.found is built
    assert asked == [torchvision.datasets.KMNIST]


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_reads_and_checks_as_the_files_themselves(split: str, write) -> None:
    written = write("fashion-mnist")
    named = TorchvisionClass("MNIST", lambda _: written.files)
    assert named.files(written.data) == written.files.files(written.data)
    assert named.problem(written.data) is None
    assert named.problem(written.data / "absent") == written.files.problem(written.data / "absent") is not None
    read, expected = (each.read(written.data, split, 0) for each in (named, written.files))
    assert (read.part(0, 3) == expected.part(0, 3)).all()
    assert (read.labels == expected.labels).all()
