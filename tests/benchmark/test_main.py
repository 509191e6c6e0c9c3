"""`python -m benchmark`."""

import subprocess
import sys


def test_it_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "benchmark", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ganbench ")
