"""How many changes are enough, and one file's changes tried in earnest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutants.__main__ import judged

ROOT = Path(__file__).parents[3]
SETTINGS = """\
[tool.pytest.ini_options]
addopts = "--import-mode=importlib"
[tool.mutmut]
source_paths = ["ganzoo"]
only_mutate = ["ganzoo/losses/hinge.py"]
pytest_add_cli_args_test_selection = ["tests"]
"""
TESTS = """\
import torch

from ganzoo.losses.hinge import hinge_discriminator, hinge_generator


def test_the_generator_s() -> None:
    assert hinge_generator(torch.zeros(2), torch.tensor([2.0, -1.0])).tolist() == [-2.0, 1.0]


def test_that_cannot_fail() -> None:
    hinge_discriminator(torch.zeros(2), torch.tensor([2.0, -1.0]))
"""
LINE = "return relu(1 - real_logits) + relu(1 + fake_logits)"


def test_nine_in_ten_are_enough() -> None:
    found = {str(number): "survived" if number < 2 else "killed" for number in range(20)}
    assert judged(found) == ("18 of 20 changes are seen by the tests (90.0 %)", True)
    assert judged(found | {"20": "no tests"}) == ("18 of 21 changes are seen by the tests (85.7 %)", False)


@pytest.mark.long
def test_a_test_that_cannot_fail_lets_changes_through(tmp_path: Path) -> None:
    """Of one loss: its generator's part is tested, and its discriminator's is only called."""
    for name in ("ganzoo", "tools", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_hinge.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stdout.splitlines()
    rows = [line for line in told if line.startswith("| `")]
    # None in place of an argument is an error that even a call sees.
    assert "3 of 8 changes are seen by the tests (37.5 %)" in told
    assert len(rows) == 5
    assert f"| `ganzoo.losses.hinge.hinge_discriminator` | `{LINE}` | `{LINE.replace(') +', ') -')}` | |" in rows
