"""What a case must not do is seen. Each runs in a process of its own, since limits and the watch last as long as it."""

from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmark.errors import UserError
from tools.fuzz.sandbox import MOST_MEMORY, Sandbox, given


def outcome(case: Callable[[], None]) -> str:
    """What a sandbox in another process makes of a case: "" if it allows it."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(run, (case,))


def run(case: Callable[[], None]) -> str:
    with TemporaryDirectory() as scratch:
        try:
            Sandbox.around(Path(scratch)).run(case)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return ""


def ends_well() -> None:
    given(Path("images.npz"), b"")
    for name in ("runs", "data"):
        Path(name).mkdir()
        Path(name, "file").write_text("", encoding="utf-8")


def says_one_line() -> None:
    raise UserError("--images 0: 1 or more")


def says_two_lines() -> None:
    raise UserError("one\ntwo")


def fails() -> None:
    raise KeyError("shape")


def writes_beside_runs() -> None:
    Path("stray").write_text("", encoding="utf-8")


def climbs_out() -> None:
    Path("../../stray").write_text("", encoding="utf-8")


def swallows_that_it_climbed_out() -> None:
    try:
        Path("../..", "folder").mkdir()
    except OSError:
        return


def takes_too_much() -> None:
    b"x" * (MOST_MEMORY + 2**24)


def takes_much() -> None:
    b"x" * (MOST_MEMORY // 2)


@pytest.mark.parametrize("case", [ends_well, says_one_line, says_two_lines, takes_much])
def test_what_a_case_may_do(case: Callable[[], None]) -> None:
    assert outcome(case) == ""


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (fails, "KeyError: 'shape'"),
        (writes_beside_runs, "ViolationError: written beside runs/ and data/: "),
        (climbs_out, "PermissionError: ../../stray: beyond "),
        (swallows_that_it_climbed_out, "ViolationError: written beside runs/ and data/: ../../folder"),
        (takes_too_much, "ViolationError: it took 1,0"),
    ],
)
def test_what_a_case_must_not_do(case: Callable[[], None], told: str) -> None:
    assert outcome(case).startswith(told)
