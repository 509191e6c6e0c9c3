"""The example packages, each installed once into a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
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
    """The folder that the package of a loss was installed into."""
    return install(run, EXAMPLES / "ganzoo-boundary-seeking", tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="session")
def metric_installed(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder that the package of a metric was installed into."""
    return install(run, EXAMPLES / "ganbench-sharpness", tmp_path_factory.mktemp("metric-installed"))


@pytest.fixture(scope="session")
def photographs_installed(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder that the package of a data set and an extractor was installed into."""
    return install(run, EXAMPLES / "ganbench-photographs", tmp_path_factory.mktemp("photographs-installed"))


def install(run: Run, package: Path, folder: Path) -> str:
    """Build a package and put it into a folder."""
    options = ["--no-deps", "--no-build-isolation", "--offline", "--cache-dir", str(folder / "cache")]
    target = ["--python", sys.executable, "--target", str(folder / "site")]
    done = run([str(UV), "pip", "install", *options, *target, str(package)])
    assert done.returncode == 0, done.stderr
    return str(folder / "site")
