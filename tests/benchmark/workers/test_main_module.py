"""Processes that a script starts do not run the script again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.workers.main_module import main_kept_out

ROOT = Path(__file__).parents[3]
SCRIPT = """\
import multiprocessing, operator
from functools import partial
from benchmark.workers.errand import Errand

print("begun", flush=True)
print(Errand(multiprocessing.get_context("forkserver"), partial(operator.add, 1, 2)).result())
print(__file__)
"""


def test_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(tmp_path / "script.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["begun", "3", str(tmp_path / "script.py")], done.stderr


def test_the_main_module_is_as_it_was_whatever_happens() -> None:
    main = sys.modules["__main__"]
    before = dict(vars(main))
    with main_kept_out():
        assert not hasattr(main, "__file__")
        assert main.__spec__ is None
    assert dict(vars(main)) == before
    with pytest.raises(ZeroDivisionError), main_kept_out():
        1 / 0  # noqa: B018
    assert dict(vars(main)) == before
