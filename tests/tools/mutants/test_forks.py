"""The tests of a folder run once for each change, in forks of one process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# A function that is changed as mutmut's code would have it: by the name that is switched on.
CODE = """\
from mutmut.mutation.trampoline import wrap_in_trampoline

def x_double__mutmut_orig(x):
    return 2 * x

def x_double__mutmut_1(x):
    return 3 * x

def x_double__mutmut_2(x):
    return x * 2

def x_double__mutmut_3(x):
    while True:
        pass

def x_double__mutmut_4(x):
    import os
    os.abort()

CHANGES = {name: globals()[name] for name in dir() if name.startswith("x_double__mutmut_")}
CHANGES["_mutmut_orig"] = x_double__mutmut_orig
double = wrap_in_trampoline(CHANGES)(x_double__mutmut_orig)
"""
SETTINGS = '[tool.pytest.ini_options]\n[tool.mutmut]\nsource_paths = ["."]\n'
TESTS = """\
from code_under_test import double

def test_double():
    assert double(2) == 4

def test_nothing_of_it():
    pass
"""
RUN = """\
import json, sys
import pytest
from tools.mutants import forks

forks.PATIENCE_SECONDS = 1
function = "code_under_test.x_double"
functions = {f"{function}__mutmut_{number}": function for number in (1, 2, 3, 4)} | {"other": "code_under_test.x_other"}
made = forks.Forks(functions, 2, lambda line: None)
code = pytest.main(["-q", "-s", "-p", "no:cacheprovider", "tests"], plugins=[made])
print(json.dumps([int(code), dict(sorted(made.statuses.items()))]))
"""


def test_each_change_ends_as_it_should(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "code_under_test.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "tests" / "test_code.py").write_text(TESTS, encoding="utf-8")
    assert _told(tmp_path) == (
        '[0, {"code_under_test.x_double__mutmut_1": "killed", "code_under_test.x_double__mutmut_2": "survived", '
        '"code_under_test.x_double__mutmut_3": "timeout", "code_under_test.x_double__mutmut_4": "segfault", '
        '"other": "no tests"}]'
    )


def test_tests_that_fail_unchanged_are_no_measure(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "code_under_test.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "tests" / "test_code.py").write_text(TESTS.replace("== 4", "== 5"), encoding="utf-8")
    assert _told(tmp_path) == "[1, {}]"


def _told(folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": f"{folder}:{ROOT}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]
