"""A study from its start to its report where little is as it is elsewhere: the terminal, the language, TMPDIR."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_study import write_tiny

SMALLEST = (
    *("--variant", "gan-shallow", "--workers", "1", "--device", "cpu", "--set", "budget.trials=1"),
    *("--set", "budget.discriminator_steps=4", "--set", "budget.rungs=[2]"),
)


@pytest.mark.long
@pytest.mark.parametrize("letters", ["ascii", "latin-1"])
def test_a_terminal_of_few_letters_and_a_long_folder_of_temporary_files(letters: str, tmp_path: Path) -> None:
    write_tiny(tmp_path)
    temporary = tmp_path / ("t" * 110)
    temporary.mkdir()
    # Python then takes neither the terminal nor the names of files for UTF-8.
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": letters}
    environment = os.environ | plain | {"TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-c", "from benchmark.cli import main; main()"]
    command = [*program, "run", "--study", "tiny", *SMALLEST]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    out, err = done.stdout.decode(letters), done.stderr.decode(letters)
    assert done.returncode == 0, err
    assert "Error" not in err
    assert "Report: " in out
    assert ("±" if letters == "latin-1" else "+-") in out
    assert "FID v" in out
    assert list(tmp_path.glob("runs/reports/tiny-*/index.html"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs", "studies", temporary.name]
    # A finished study gives the same answer at once, without what it was trained and reported with.
    command.insert(1, "-Ximporttime")
    again = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    first, *rest = again.stdout.decode(letters).splitlines()
    assert first.endswith(": finished, and nothing has changed since")
    assert rest == out.splitlines()[-len(rest) :]
    assert rest[0].startswith("verdict")
    imported = {line.rpartition("|")[2].strip() for line in again.stderr.decode().splitlines()}
    assert not imported & {"torch", "mlflow", "optuna", "pandas", "matplotlib"}
