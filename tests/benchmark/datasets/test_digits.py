from pathlib import Path

import numpy as np
import pytest

from benchmark.datasets.digits import DIGITS
from benchmark.datasets.digits_table import read_digits


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_split_is_that_of_the_table_whatever_the_side(split):
    content, (images, labels) = DIGITS.read(Path("nowhere"), split, 32), read_digits(split)
    np.testing.assert_array_equal(content.part(0, len(labels)), images)
    np.testing.assert_array_equal(content.labels, labels)
    assert (content.classes, content.ready) == (10, True)


def test_nothing_can_be_missing(tmp_path):
    assert DIGITS.problem(tmp_path / "absent") is None
    assert all(file.is_file() for file in DIGITS.files(tmp_path / "absent"))
