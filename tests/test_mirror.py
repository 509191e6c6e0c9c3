"""Tests mirror the tree: a module's tests lie at its own path, and a test file has its module."""

import ast
from pathlib import Path

from tools.rubric.tree import home_of, mirrored

ROOT = Path(__file__).parents[1]
PACKAGES = ("ganzoo", "benchmark", "reports", "tools")
LEAST_MIRRORED = 0.98

# Modules with code whose tests lie elsewhere, and why.
HELD_ELSEWHERE: dict[str, str] = {}

# Test files without a module of their name, and what they hold instead.
OF_MANY_MODULES = {
    "tests/test_mirror.py": "the whole tree",
    "tests/test_architecture.py": "the whole tree",
    "tests/test_dependencies.py": "the whole tree",
    "tests/test_docs.py": "the snippets and links of docs/",
    "tests/test_readme.py": "the commands of README.md",
    "tests/test_doctests.py": "the examples in docstrings",
    "tests/test_library_page.py": "the snippets and tables of docs/library.md",
    "tests/test_wheel.py": "the wheel, as installed",
    "tests/test_compose.py": "docs/servers/compose.yaml",
    "tests/tools/slurm": "tools/slurm/ganbench.sbatch",
    "tests/benchmark/cli/test_refused_inputs.py": "every command",
    "tests/benchmark/cli/test_secrets.py": "every command",
    "tests/reports/test_foreign_text.py": "every file of the report",
    "tests/benchmark/test_scores_page.py": "docs/scores.md and the protocol together",
    "tests/examples": "packages of other people's, as installed",
    "tests/ganzoo/architectures/test_contract.py": "every architecture",
    "tests/ganzoo/architectures/test_contract_stacked.py": "every architecture",
    "tests/ganzoo/augmentations/test_contract.py": "every augmentation",
    "tests/ganzoo/constraints/test_contract.py": "every constraint",
    "tests/ganzoo/losses/test_contract.py": "every loss",
    "tests/ganzoo/losses/test_reference.py": "every loss",
    "tests/ganzoo/penalties/test_contract.py": "every penalty",
    "tests/ganzoo/penalties/test_reference.py": "every penalty",
    "tests/ganzoo/schedules/test_contract.py": "every schedule",
    "tests/ganzoo/test_parts.py": "every part of every kind",
    "tests/ganzoo/theory": "theorems, of losses, penalties and constraints together",
    "tests/reports/browser": "the page in a browser",
    "tests/reports/test_numbers.py": "the page, the files and the statistics together",
}


def modules() -> list[Path]:
    """Every module of the packages, from the root."""
    return [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def has_code(module: Path) -> bool:
    """Whether a module has a function with a body: constants, fields and protocols leave nothing to be run."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return any(not _is_empty(function) for function in functions)


def _is_empty(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in function.body)


def test_nearly_every_module_with_code_has_its_tests_at_its_own_path() -> None:
    with_code = [module for module in modules() if has_code(module)]
    bare = [str(module) for module in with_code if not mirrored(ROOT, module) and str(module) not in HELD_ELSEWHERE]
    assert 1 - len(bare) / len(with_code) >= LEAST_MIRRORED, f"no tests at their own path: {', '.join(bare)}"


def test_every_test_file_has_its_module() -> None:
    homes = {home_of(module) for module in modules()}
    strays = []
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        path = file.relative_to(ROOT)
        words = path.stem.split("_")
        shorter = {path.with_name("_".join(words[:length])) for length in range(2, len(words) + 1)}
        excused = {str(path), *map(str, path.parents)} & OF_MANY_MODULES.keys()
        if not (shorter & homes or excused):
            strays.append(str(path))
    assert strays == []


def test_no_excuse_outlives_its_file() -> None:
    assert [path for path in (*OF_MANY_MODULES, *HELD_ELSEWHERE) if not (ROOT / path).exists()] == []


def test_no_fixture_of_a_folder_hides_one_of_a_folder_above() -> None:
    """The tests of other files would be given something else than what they were written for, without a word."""
    fixtures: dict[Path, set[str]] = {}
    for file in sorted((ROOT / "tests").rglob("conftest.py")):
        functions = [
            node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
        ]
        marked = [node for node in functions if any("fixture" in ast.unparse(each) for each in node.decorator_list)]
        fixtures[file.parent] = {node.name for node in marked}
    hidden = {
        f"{folder.relative_to(ROOT)}: {name}"
        for folder, names in fixtures.items()
        for above in folder.parents
        for name in names & fixtures.get(above, set())
    }
    assert hidden == set()
