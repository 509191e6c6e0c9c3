"""A few hundred folders, as `make fuzz MODULE=folders CASES=2000` tries more, in a process with limits of its own."""

import sys
from pathlib import Path
from subprocess import run

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("cases", [60, pytest.param(200, marks=pytest.mark.long)])
def test_every_picture_of_a_folder_is_used_as_the_page_says_or_named(cases: int) -> None:
    command = [sys.executable, "-m", "tools.fuzz", "folders", "--cases", str(cases), "--seed", "16"]
    done = run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    drawn = next(line for line in done.stdout.splitlines() if "cases" in line)
    assert int(drawn.split()[1]) >= cases
