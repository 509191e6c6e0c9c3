"""What the process that workers are forked from imports, and that a part's file cannot end it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmark.workers import preloaded
from benchmark.workers.preloaded import MODULES, import_ahead

STARTED = """
import multiprocessing
if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["own_preloaded"])
    with context.Pool(1) as pool:
        print(pool.apply(len, ([1, 2],)))
"""


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    (tmp_path / "own_part.py").write_text("from ganzoo.components import Loss\nMINE = Loss('mine')\n")
    (tmp_path / "own_other.py").write_text("OTHER = 1\n")
    return tmp_path


def test_what_cannot_be_imported_stops_nothing(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(parts)
    import_ahead(["own_part", "own_other"])
    assert "own_part" not in sys.modules
    assert sys.modules.pop("own_other").OTHER == 1


def test_all_of_it_is_there() -> None:
    assert all(find_spec(module) for module in MODULES)


def test_a_server_with_a_broken_part_says_nothing_and_forks(parts: Path) -> None:
    own = Path(str(preloaded.__file__)).read_text(encoding="utf-8")
    listed = '"benchmark.workers.cohort_scheduler"'
    assert listed in own
    (parts / "own_preloaded.py").write_text(own.replace(listed, '"own_part"'))
    (parts / "started.py").write_text(STARTED)
    paths = os.pathsep.join([str(parts), *sys.path])
    done = subprocess.run(
        [sys.executable, str(parts / "started.py")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")
