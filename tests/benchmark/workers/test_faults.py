"""Whose fault an exception was, of exceptions as they come."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import SafetensorError

from benchmark.errors import UserError
from benchmark.workers.faults import breaks_the_device, error_number, fault_of, one_line

FULL = Path("/dev/full")  # as a disk without room


def write_text() -> None:
    FULL.write_text("x", encoding="utf-8")


def write_picture() -> None:
    with FULL.open("wb") as file:
        Image.fromarray(np.zeros((8, 8), dtype=np.uint8)).save(file, "png")


def read_missing() -> None:
    Path("/nowhere/at-all").read_text(encoding="utf-8")


def take_memory() -> None:
    bytearray(2**60)


def take_memory_of_torch() -> None:
    torch.empty(2**58, dtype=torch.uint8)


def wrapped() -> None:
    try:
        write_text()
    except OSError as error:
        raise ValueError("could not be kept") from error


def handled() -> None:
    try:
        write_text()
    except OSError:
        {}["the next thing that goes wrong then"]


def buggy() -> None:
    torch.zeros(2, 3) @ torch.zeros(2, 3)


def refused() -> None:
    raise UserError("digits: no such file")


def raised_by(function: Callable[[], None]) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        function()
    return raised.value


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (write_text, "storage"),
        (write_picture, "storage"),
        (wrapped, "storage"),
        (handled, "storage"),
        (read_missing, "environment"),
        (refused, "environment"),
        (take_memory, "memory"),
        (take_memory_of_torch, "memory"),
        (buggy, "code"),
    ],
)
def test_whose_fault_it_was(function: Callable[[], None], fault: str) -> None:
    assert fault_of(raised_by(function)) == fault


LIMITED = """
import resource, torch
from safetensors.torch import save_file
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
from benchmark.workers.faults import fault_of, one_line
try:
    save_file({"a": torch.zeros(1000)}, "weights.safetensors")
except Exception as error:
    print(fault_of(error), one_line(error))
"""


def test_a_file_size_limit_met_by_a_library_in_another_language(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE
    told = subprocess.run([sys.executable, "-c", LIMITED], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("storage SafetensorError: ")
    assert os.strerror(errno.EFBIG) in told.stdout


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (OSError(errno.EDQUOT, "quota"), errno.EDQUOT),
        (SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"), errno.ENOSPC),
        (RuntimeError("no number in it: 28"), None),
    ],
)
def test_the_number_of_an_error(error: Exception, number: int | None) -> None:
    assert error_number(error) == number


def test_a_person_is_told_in_one_line() -> None:
    assert one_line(ValueError("first\nsecond")) == "ValueError: first"
    assert one_line(OSError(errno.ENOSPC, "No space left on device", "a")).count("No space left") == 1


def test_an_error_of_the_device_is_told_from_others() -> None:
    assert breaks_the_device(RuntimeError("CUDA error: unspecified launch failure"))
    assert not breaks_the_device(RuntimeError("CUDA out of memory"))
    assert not breaks_the_device(ValueError("CUDA error"))
