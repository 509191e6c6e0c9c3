from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.errors import UserError
from reports.output.watch import watch
from reports.records.load import StudyRecords


class StopError(Exception):
    """What ends a test's watch."""


def pauses(most: int) -> Callable[[float], None]:
    taken: list[float] = []

    def pause(seconds: float) -> None:
        taken.append(seconds)
        if len(taken) > most:
            raise StopError

    return pause


def test_the_page_loads_itself_again_until_the_study_is_done(records: StudyRecords, tmp_path: Path) -> None:
    states = iter([replace(records, finished=False), replace(records, finished=True)])
    pages: list[bool] = []
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        pages.append("location.reload()" in (tmp_path / "index.html").read_text(encoding="utf-8"))

    watch(lambda: next(states), tmp_path, 7, say, pauses(5))
    assert pages == [True, False]
    # 13 trials and 18 final runs, all of which ended.
    assert lines[0].startswith("31 runs have ended, ")
    assert lines[0].endswith("after 6 seeds; lsgan and wgan are still to come")


def test_a_study_that_has_not_begun_is_waited_for(records: StudyRecords, tmp_path: Path) -> None:
    answers = iter([UserError("no study"), UserError("no study"), replace(records, finished=True)])
    lines: list[str] = []

    def read() -> StudyRecords:
        answer = next(answers)
        if isinstance(answer, UserError):
            raise answer
        return answer

    watch(read, tmp_path, 1, lines.append, pauses(5))
    assert lines[0] == "no study; waiting"
    assert len(lines) == 2


def test_it_goes_on_until_it_is_stopped(records: StudyRecords, tmp_path: Path) -> None:
    lines: list[str] = []
    with pytest.raises(StopError):
        watch(lambda: replace(records, finished=False), tmp_path, 1, lines.append, pauses(1))
    assert len(lines) == 2
