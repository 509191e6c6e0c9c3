"""A few hundred cases of data, as `make fuzz` runs thousands, in processes with limits of their own."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from tools.fuzz.data import CASES

ROOT = Path(__file__).parents[3]
CASES_A_KIND = 40


@pytest.mark.parametrize("seed", [20])
def test_no_data_does_what_none_may(seed: int) -> None:
    command = [sys.executable, "-m", "tools.fuzz", "data", "--cases", str(CASES_A_KIND), "--seed", str(seed)]
    done = run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in CASES:
        drawn = next(line for line in done.stdout.splitlines() if line.startswith(f"{name}: ") and "cases" in line)
        assert int(drawn.split()[1]) >= CASES_A_KIND
