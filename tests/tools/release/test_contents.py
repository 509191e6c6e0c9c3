"""What a wheel and a source distribution lack, or have too much."""

import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.release.contents import faults_of_sdist, faults_of_version, faults_of_wheel, shipped, tracked

ROOT = Path(__file__).parents[3]
LEGAL = {
    "zoo-1.0.dist-info/METADATA": "Name: zoo\nVersion: 1.0\nLicense-Expression: Apache-2.0\n",
    "zoo-1.0.dist-info/licenses/LICENSE": "...",
}


def wheel(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "zoo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_git_knows_this_file_and_no_cache() -> None:
    known = tracked(ROOT)
    assert "tests/tools/release/test_contents.py" in known
    assert not [name for name in known if "__pycache__" in name or name.startswith(("runs/", ".venv/"))]


def test_packages_and_what_is_included_by_force_are_shipped_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.hatch.build.targets.wheel]\npackages = ["zoo"]\n'
        '[tool.hatch.build.targets.wheel.force-include]\n"specs" = "zoo/specs"\n',
        encoding="utf-8",
    )
    known = ["zoo/__init__.py", "zoo/data.bin", "zoology/a.py", "specs/one.toml", "tests/test_a.py"]
    assert shipped(tmp_path, known) == {
        "zoo/__init__.py": "zoo/__init__.py",
        "zoo/data.bin": "zoo/data.bin",
        "zoo/specs/one.toml": "specs/one.toml",
    }


def test_a_whole_wheel_has_no_fault(tmp_path: Path) -> None:
    built = wheel(tmp_path, {"zoo/a.py": "", **LEGAL})
    assert faults_of_wheel(built, {"zoo/a.py": "zoo/a.py"}, "Apache-2.0") == []


def test_what_a_wheel_lacks_and_what_it_should_not_have_is_named(tmp_path: Path) -> None:
    metadata = {"zoo-1.0.dist-info/METADATA": LEGAL["zoo-1.0.dist-info/METADATA"].replace("Apache-2.0", "MIT")}
    built = wheel(tmp_path, {"zoo/a.py": "", "zoo/__pycache__/a.pyc": "", **metadata})
    assert faults_of_wheel(built, {"zoo/a.py": "", "zoo/b.py": ""}, "Apache-2.0") == [
        "zoo-1.0-py3-none-any.whl: zoo/b.py is missing",
        "zoo-1.0-py3-none-any.whl: zoo/__pycache__/a.pyc is none of its files",
        "zoo-1.0-py3-none-any.whl: LICENSE is missing",
        "zoo-1.0-py3-none-any.whl: its licence is MIT, not Apache-2.0",
    ]


def test_a_source_distribution_is_what_git_knows(tmp_path: Path) -> None:
    held = tmp_path / "held"
    for name in ("LICENSE", "PKG-INFO", "runs/mlflow.db"):
        (held / name).parent.mkdir(parents=True, exist_ok=True)
        (held / name).write_text("...", encoding="utf-8")
    path = tmp_path / "zoo-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(held, "zoo-1.0")
    assert faults_of_sdist(path, ["LICENSE", "README.md"]) == [
        "zoo-1.0.tar.gz: README.md is missing",
        "zoo-1.0.tar.gz: git does not know runs/mlflow.db",
    ]


@pytest.mark.parametrize(
    ("cited", "changed", "expected"),
    [
        ("version: 1.0\n", "## 1.0 (unreleased)\n", []),
        ("version: 1.0.1\n", "## 1.0 (2030-01-01)\n", ["CITATION.cff has no line 'version: 1.0'"]),
        (
            "version: 0.9\n",
            "## 1.0\n",
            ["CITATION.cff has no line 'version: 1.0'", "CHANGELOG.md has no line '## 1.0 (...'"],
        ),
    ],
)
def test_one_version_everywhere(tmp_path: Path, cited: str, changed: str, expected: list[str]) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.0"\n', encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text(cited, encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(changed, encoding="utf-8")
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "ganbench-1.0-py3-none-any.whl").touch()
    assert faults_of_version(tmp_path, dist) == expected
    (dist / "ganbench-1.0.1.tar.gz").touch()
    assert faults_of_version(tmp_path, dist)[0] == "ganbench-1.0.1.tar.gz is not of version 1.0"
