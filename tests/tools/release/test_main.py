"""Both distributions of this checkout, built with the locked hatchling, hold what git knows."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.release.__main__ import faults
from tools.release.contents import tracked

ROOT = Path(__file__).parents[3]
UV = Path(sys.executable).with_name("uv")


def test_not_both_or_twice_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "ganbench-1.whl").touch()
    assert faults(ROOT, tmp_path) == [f"0 files *.tar.gz in {tmp_path}: not one"]


@pytest.mark.long
def test_what_is_built_is_what_git_knows(tmp_path: Path) -> None:
    source, dist = tmp_path / "source", tmp_path / "dist"
    for name in tracked(ROOT):
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / name).read_bytes())
    (source / "runs").mkdir()
    (source / "runs" / "mlflow.db").touch()
    subprocess.run(["git", "init", "--quiet", "."], cwd=source, check=True)
    subprocess.run(["git", "add", "."], cwd=source, check=True)
    options = ["--quiet", "--no-build-isolation", "--offline", "--python", sys.executable]
    subprocess.run([UV, "build", *options, "--out-dir", dist, "."], cwd=source, check=True)
    assert faults(source, dist) == []
    (source / "ganzoo" / "left_over.py").touch()
    subprocess.run([UV, "build", *options, "--out-dir", dist, "."], cwd=source, check=True)
    assert [line.rpartition(": ")[2] for line in faults(source, dist)] == [
        "ganzoo/left_over.py is none of its files",
        "git does not know ganzoo/left_over.py",
    ]
