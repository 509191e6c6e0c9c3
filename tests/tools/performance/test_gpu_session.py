"""A session on a borrowed GPU: a step that fails or takes too long costs the others nothing. Here on a CPU."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.performance import gpu_session
from tools.performance.gpu_session import Step, run_all, steps


def python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def test_every_step_has_its_log_and_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_session, "LEAST_SECONDS", 0.5)
    asked = [
        Step("prints", python("print('a figure')"), 60),
        Step("fails", python("import sys; print('why', file=sys.stderr); sys.exit(3)"), 60),
        Step("hangs", python("import time; print('begun', flush=True); time.sleep(60)"), 3),
        Step("comes after", python("print('still here')"), 60),
        Step("is too late", python("print('never')"), 0.1),
    ]
    outcomes = run_all(asked, 300, tmp_path / "logs")
    results = {each.name: each.result for each in outcomes}
    assert results == {
        "prints": "done", "fails": "failed (3)", "hangs": "ended", "comes after": "done", "is too late": "not begun",
    }  # fmt: skip
    logs = {path.stem: path.read_text().strip() for path in (tmp_path / "logs").iterdir()}
    assert logs == {"prints": "a figure", "fails": "why", "hangs": "begun", "comes after": "still here"}
    assert 3 <= next(each.seconds for each in outcomes if each.name == "hangs") < 30


def test_no_step_begins_when_the_time_is_over(tmp_path: Path) -> None:
    assert [each.result for each in run_all([Step("a", python("1"), 60)] * 2, 0.0, tmp_path)] == ["not begun"] * 2


def test_the_steps_fit_into_ten_minutes_but_for_the_last(tmp_path: Path) -> None:
    asked = steps("cuda:0", 64, tmp_path)
    assert sum(each.most_seconds for each in asked[:-1]) <= 600
    assert len({each.name for each in asked}) == len(asked)


@pytest.mark.long
def test_every_option_of_the_steps_is_one_that_its_command_has(tmp_path: Path) -> None:
    """A borrowed GPU is no place to find a misspelt word."""
    known: dict[tuple[str, ...], set[str]] = {}
    for step in steps("cuda:0", 64, tmp_path):
        module = step.command[2]
        if module == "pytest":
            continue
        head = step.command[: 4 if module == "benchmark" else 3]
        if head not in known:
            shown = subprocess.run([*head, "--help"], capture_output=True, text=True, check=True, env=None)
            known[head] = set(re.findall(r"--[a-z][a-z-]+", shown.stdout))
        asked = {word for word in step.command if re.fullmatch(r"--[a-z][a-z-]+", word)}
        assert asked <= known[head], step.name
