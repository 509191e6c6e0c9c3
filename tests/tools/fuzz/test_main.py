"""What the command makes of its cases."""

import os
import signal
from collections.abc import Callable

import pytest
from hypothesis.strategies import DataObject, integers

from benchmark.errors import UserError
from tools.fuzz import __main__ as command
from tools.fuzz.data import CASES


def large(source: DataObject) -> None:
    if source.draw(integers(0, 10**6)) > 4000:
        raise KeyError("too large")


def small(source: DataObject) -> None:
    if source.draw(integers(0, 10**6)) > 4000:
        raise UserError("4000 at most")


def crash(source: DataObject) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.long
@pytest.mark.parametrize(("case", "met"), [(small, True), (large, False), (crash, False)])
def test_a_case_that_is_not_met_is_told(case: Callable[[DataObject], None], met: bool) -> None:
    assert command._told("numbers", case, 50, seed=3) is met


def test_the_smallest_case_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    command._told("numbers", large, 50, seed=3)
    printed = capfd.readouterr()
    assert "Draw 1: 4001" in printed.err
    assert printed.out.startswith("numbers: exit code 1 after ")


def test_modules_of_cases_are_found_by_name() -> None:
    assert command.cases_of("data") == CASES
    with pytest.raises(UserError, match="unknown module of cases 'date': did you mean 'data'"):
        command.cases_of("date")
