"""A short soak; `make soak` runs 500 trials."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.long
def test_a_study_of_many_trials_stays_as_large_as_it_was() -> None:
    command = [sys.executable, "-m", "tools.soak", "--trials", "120", "--first", "40"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "looks at 120 trials" in done.stdout
    assert done.stdout.count("flat") == 6
