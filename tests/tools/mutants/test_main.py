"""How many changes are enough, and one file's changes tried in earnest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutants.__main__ import judged

ROOT = Path(__file__).parents[3]


def test_nine_in_ten_are_enough() -> None:
    found = {str(number): "survived" if number < 2 else "killed" for number in range(20)}
    assert judged(found) == ("18 of 20 changes are seen by the tests (90.0 %)", True)
    assert judged(found | {"20": "no tests"}) == ("18 of 21 changes are seen by the tests (85.7 %)", False)


@pytest.mark.long
def test_a_test_that_is_gone_lets_changes_through(tmp_path: Path) -> None:
    """Of a copy of the repository with one loss to change, and one test of it."""
    for name in ("ganzoo", "benchmark", "reports", "studies", "tools", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    start, end = settings.index("[tool.mutmut]"), settings.index("[tool.importlinter]")
    few = (
        '[tool.mutmut]\nsource_paths = ["ganzoo"]\nonly_mutate = ["ganzoo/losses/hinge.py"]\n'
        'pytest_add_cli_args_test_selection = ["tests"]\nprocess_isolation = "forkserver"\nuse_setproctitle = false\n\n'
    )
    (tmp_path / "pyproject.toml").write_text(settings[:start] + few + settings[end:], encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_hinge.py").write_text(
        "import torch\n\nfrom ganzoo.losses.hinge import hinge_generator\n\n\n"
        "def test_the_generator_s() -> None:\n"
        "    assert hinge_generator(torch.zeros(2), torch.tensor([2.0, -1.0])).tolist() == [-2.0, 1.0]\n",
        encoding="utf-8",
    )
    commands = str(Path(sys.executable).parent)
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "have no reason in docs/mutants.md" in done.stdout
    assert "| `ganzoo.losses.hinge.hinge_discriminator` |" in done.stdout
    assert "hinge_generator` |" not in done.stdout
