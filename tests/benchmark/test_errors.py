import pickle
from pathlib import Path

import numpy as np
import pytest

from benchmark.errors import UserError, finite_number, named_path, whole_number, writable


def test_what_it_says_is_one_line_whatever_a_file_is_called() -> None:
    error = UserError("a\nb\x1b[2J.png: no picture")
    assert str(error) == r"a\nb\x1b[2J.png: no picture"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # as it comes from a process


@pytest.mark.parametrize("value", [0, 7, np.int64(7), 2**63 - 1])
def test_a_whole_number_is_given_back(value: int) -> None:
    assert whole_number("seed", value, least=0) == value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (-1, "seed = -1: must be a whole number of 0 or more"),
        (2.5, "seed = 2.5: must be a whole number of 0 or more"),
        ("7", "seed = '7': must be a whole number of 0 or more"),
        (None, "seed = None: must be a whole number of 0 or more"),
        (True, "seed = True: must be a whole number from 0 to 9"),
        (10, "seed = 10: must be a whole number from 0 to 9"),
    ],
)
def test_what_is_no_whole_number_within_the_bounds_is_refused(value: object, told: str) -> None:
    with pytest.raises(UserError) as refused:
        whole_number("seed", value, least=0, most=9)
    assert str(refused.value) == told


def test_a_finite_number_is_a_number() -> None:
    assert finite_number("beta1", np.float32(0.5)) == 0.5
    for value in ("0.5", float("nan"), float("inf"), None, [1.0], True, 10**400):
        with pytest.raises(UserError, match=r"^beta1 = .*: must be a finite number$"):
            finite_number("beta1", value)


def test_what_is_no_path_is_refused_with_what_may_be_given() -> None:
    assert named_path("a/b", "give a folder") == named_path(Path("a/b"), "give a folder") == Path("a/b")
    with pytest.raises(UserError, match=r"^5 is no path; give a folder$"):
        named_path(5, "give a folder")


def test_what_the_machine_says_of_a_file_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"file/x: cannot be written: Not a directory$"), writable(tmp_path / "file/x"):
        (tmp_path / "file" / "x").write_text("")
