"""Every example in a docstring runs, in a folder of its own, and gives what it says."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import benchmark
import ganzoo

ROOT = Path(__file__).parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# What people call has an example; classes are shown by what gives them.
SHOWN_ELSEWHERE = {"Generator", "Scores", "Trained", "TrainSettings", "UserError", "train"}


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = [
    dotted(file)
    for package in ("ganzoo", "benchmark", "reports", "tools")
    for file in sorted((ROOT / package).rglob("*.py"))
    if "    >>> " in file.read_text(encoding="utf-8")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where examples run: one for all, so that a study of one is there for the next."""
    found = tmp_path_factory.mktemp("examples")
    (found / "studies").symlink_to(ROOT / "studies")
    return found


@pytest.fixture(scope="module")
def ran(folder: Path) -> None:
    """A study has run there, the one that `benchmark.library.results` shows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        benchmark.run("smoke", ["gan-shallow", "wgan"], {"budget.trials": 1, "final.candidates": 1}, progress=False)


@pytest.mark.parametrize("name", MODULES)
def test_its_examples_give_what_they_say(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if name == "benchmark.library.studies":  # which tells of other studies beside it
        request.getfixturevalue("ran")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    module = import_module(name)
    failed, attempted = doctest.testmod(module, optionflags=FLAGS)
    assert attempted > 0
    assert failed == 0


@pytest.mark.parametrize("package", [ganzoo, benchmark])
def test_what_people_call_has_an_example(package: object) -> None:
    offered = [name for name in dir(package) if not name.startswith("_") and name not in SHOWN_ELSEWHERE]
    called = [getattr(package, name) for name in offered if callable(getattr(package, name))]
    assert len(called) >= 3
    bare = [each.__name__ for each in called if not has_example(each)]
    assert bare == []


def has_example(called: object) -> bool:
    """In its own docstring, or in that of one of its methods."""
    texts = (
        [called.__doc__, *(each.__doc__ for each in vars(called).values())]
        if isinstance(called, type)
        else [called.__doc__]
    )
    return any(">>> " in (text or "") for text in texts)
