"""A study whose places are named: `--root` and GANBENCH_RUNS, from a folder that has nothing to do with it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from killing import ELSEWHERE
from tiny_study import write_tiny

SMALLEST = (
    *("--workers", "1", "--set", "budget.trials=1", "--set", "final.seeds=2", "--set", "final.most_seeds=2"),
    *("--set", "budget.discriminator_steps=4", "--set", "budget.rungs=[2]"),
)
SETTINGS = SMALLEST[2:]


class Places:
    """A folder to stand in, one for studies, and one for what is written; each apart from the others."""

    def __init__(self, folder: Path) -> None:
        self.here, self.root, self.runs = folder / "here", folder / "my project", folder / "large disk" / "written"
        self.here.mkdir()
        self.root.mkdir()
        write_tiny(self.root)

    def ganbench(self, *words: str) -> str:
        """What a command prints that does well."""
        environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        environment |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "250"}
        environment |= {"GANBENCH_RUNS": str(self.runs)}
        command = [sys.executable, "-c", "from benchmark.cli import main; main()", "--root", str(self.root), *words]
        done = subprocess.run(command, cwd=self.here, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places(tmp_path_factory.mktemp("places"))


@pytest.mark.long
def test_every_command_finds_a_study_where_it_was_told_to_write_it(places: Places) -> None:
    tiny = ("--study", "tiny", *SETTINGS)
    out = places.ganbench("run", *tiny, "--variant", "gan-shallow", "--workers", "1", "--device", "cpu")
    assert f"Report: {places.runs}/reports/tiny-" in out
    assert f"Compare: ganbench --root '{places.root}' ui --study tiny --set budget.trials=1" in out
    (work,) = (places.runs / "work").iterdir()
    assert f"Report: {places.runs / 'reports' / work.name / 'index.html'}" in places.ganbench("report", *tiny)
    assert f"64 images: {places.runs / 'samples.png'}" in places.ganbench("sample", "gan-shallow", *tiny)
    registered = places.ganbench("register", "gan-shallow", *tiny)
    assert "registered as tiny-gan-shallow, version 1" in registered
    assert re.search(rf"MLFLOW_TRACKING_URI='?sqlite:///{re.escape(str(places.runs))}/mlflow\.db", registered)
    assert "MLflow has the records of all 3 runs; 0 of them were sent now" in places.ganbench("sync", *tiny)
    both = str(places.runs), str(places.runs)
    assert "gan-shallow" in places.ganbench("compare", *both, *tiny)
    assert " tiny" in places.ganbench("doctor").splitlines()[-1]
    assert sorted(path.name for path in places.root.iterdir()) == ["studies"]
    assert list(places.here.iterdir()) == []
    assert {"artifacts", "cache", "mlflow.db", "optuna.journal", "reports", "work"} <= {
        path.name for path in places.runs.iterdir()
    }


def test_a_fault_leaves_its_traceback_there(places: Places) -> None:
    environment = os.environ | {"GANBENCH_RUNS": str(places.runs), "PYTHONPATH": os.pathsep.join(sys.path)}
    program = "import sys, benchmark.cli.outcome as o; sys.exit(o.outcome(lambda: 1 // 0))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=places.here, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"the traceback is in {places.runs}/errors/" in done.stderr
    assert list(places.here.iterdir()) == []
