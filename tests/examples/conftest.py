"""The example package, installed once into a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "examples" / "ganzoo-boundary-seeking"
UV = Path(sys.executable).with_name("uv")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs a command with a path of modules before the installed ones."""

    def execute(command: list[str], path: str = "", folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)

    return execute


@pytest.fixture(scope="session")
def installed(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder that the package was installed into."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-deps", "--no-build-isolation", "--offline", "--cache-dir", str(folder / "cache")]
    target = ["--python", sys.executable, "--target", str(folder / "site")]
    done = run([str(UV), "pip", "install", *options, *target, str(PACKAGE)])
    assert done.returncode == 0, done.stderr
    return str(folder / "site")
