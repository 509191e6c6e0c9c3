"""What `import benchmark` gives: instantly, and by the names that people look for."""

import subprocess
import sys

import pytest

import benchmark
from benchmark.commands import train as training
from benchmark.errors import UserError
from benchmark.library import generators, scores, studies


def test_importing_it_imports_nothing_that_takes_time() -> None:
    heavy = "('torch', 'numpy', 'pandas', 'optuna', 'mlflow', 'typer', 'pydantic', 'benchmark.')"
    code = f"import sys, benchmark; print([m for m in sys.modules if m.startswith({heavy})])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_it_gives_what_lies_further_in() -> None:
    assert benchmark.run is studies.run
    assert benchmark.load_study is studies.load_study
    assert benchmark.score is scores.score
    assert benchmark.train is training.train
    assert benchmark.load is generators.load
    assert benchmark.UserError is UserError


def test_its_names_are_listed_and_all_there() -> None:
    assert {"run", "load_study", "score", "train", "load", "picture", "UserError"} <= {*dir(benchmark)}
    assert [name for name in dir(benchmark) if not hasattr(benchmark, name)] == []


def test_a_misspelt_one_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"^module 'benchmark' has no attribute 'scor'$"):
        _ = benchmark.scor
