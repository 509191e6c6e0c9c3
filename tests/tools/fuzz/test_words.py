"""Some of the cases of words, and that a case which is met wrongly is told."""

from pathlib import Path

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis.strategies import DataObject, data

from tools.fuzz import words
from tools.fuzz.sandbox import Sandbox, ViolationError, Watch

EACH = 15


@pytest.mark.parametrize("kind", words.CASES)
def test_no_case_ends_in_a_traceback_or_writes_beside_the_checkout(kind: str, tmp_path: Path) -> None:
    sandbox, drawn = Sandbox(Watch(), tmp_path), []

    @seed(0)
    @settings(max_examples=EACH, database=None, deadline=None)
    @given(data())
    def run(source: DataObject) -> None:
        drawn.append(kind)
        sandbox.run(lambda: words.CASES[kind](source))

    run()
    assert len(drawn) >= EACH


def test_a_command_that_ends_in_a_traceback_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(words, "run_command", broken)

    # Found at the first try; a smaller one would be looked for, for minutes.
    @settings(max_examples=1, database=None, deadline=None, phases=[Phase.generate])
    @given(data())
    def run(source: DataObject) -> None:
        Sandbox(Watch(), tmp_path).run(lambda: words.arguments(source))

    with pytest.raises(ViolationError, match="exit code 1: ganbench: this should not have happened: ZeroDivisionError"):
        run()
