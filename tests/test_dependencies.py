"""What is imported is declared: nothing works only because some other package brings it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OWN = {"ganzoo", "benchmark", "reports", "tools"}
SHIPPED = ("ganzoo", "benchmark", "reports")
PROVIDED_BY = packages_distributions()


def canonical(requirement: str) -> str:
    """The name of a requirement, as packages are compared by."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def declared(*, dev: bool) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = dict(project["optional-dependencies"])
    tools = extras.pop("dev")
    # What an extra brings is imported where it is asked for.
    known = (*project["dependencies"], *(tools if dev else ()), *(each for extra in extras.values() for each in extra))
    return {canonical(requirement) for requirement in known}


def imported(source: str) -> Iterator[str]:
    """The top-level names of all absolute imports, wherever they stand."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def undeclared(folder: str, known: set[str], own: set[str]) -> list[str]:
    """What a folder imports that no declared package provides, with the first file that does."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / folder).rglob("*.py")):
        for name in imported(file.read_text(encoding="utf-8")):
            if name not in own and name not in sys.stdlib_module_names:
                found.setdefault(name, str(file.relative_to(ROOT)))
    return [
        f"{file}: {name}"
        for name, file in found.items()
        # What is not installed, as an extra's, is called what it is imported as.
        if known.isdisjoint(canonical(package) for package in PROVIDED_BY.get(name, (name,)))
    ]


def test_imports_are_found_wherever_they_stand() -> None:
    source = "import a.b, c\nfrom . import d\nfrom .e import f\ndef g():\n    from h.i import j\n"
    assert list(imported(source)) == ["a", "c", "h"]


def test_what_is_not_declared_is_told() -> None:
    assert undeclared("benchmark/study", declared(dev=False) - {"optuna"}, OWN) == [
        "benchmark/study/distributions.py: optuna"
    ]


@pytest.mark.parametrize("folder", SHIPPED)
def test_every_import_is_a_dependency(folder: str) -> None:
    assert undeclared(folder, declared(dev=False), OWN) == []


@pytest.mark.parametrize("folder", ["tools", "tests", "examples"])
def test_every_import_beside_them_is_one_of_a_developer(folder: str) -> None:
    local = {file.stem for file in (ROOT / folder).rglob("*.py")}
    assert undeclared(folder, declared(dev=True), OWN | local) == []
