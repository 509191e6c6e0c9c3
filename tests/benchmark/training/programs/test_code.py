"""A digest that follows the code which a thing's functions are in."""

import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from benchmark.training.programs import code
from benchmark.training.programs.code import code_digest
from ganzoo.entry_points import package_digest
from ganzoo.registry import find_variant


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package of one's own, with a helper in a module of its own."""
    folder = tmp_path / "somebodys_losses"
    folder.mkdir()
    (folder / "__init__.py").write_text("from somebodys_losses.helper import loss\n")
    (folder / "helper.py").write_text("def loss():\n    return 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(code, "_of_package", package_digest)
    __import__("somebodys_losses")
    yield sys.modules["somebodys_losses"]  # type: ignore[misc]
    for name in ("somebodys_losses", "somebodys_losses.helper"):
        del sys.modules[name]


def test_changes_with_every_file_of_the_package(package: ModuleType) -> None:
    (folder,) = package.__path__
    before = code_digest(package.loss)
    assert code_digest(package.loss) == before
    Path(folder, "helper.py").write_text("def loss():\n    return 2\n")
    assert code_digest(package.loss) != before


def test_finds_functions_wherever_they_are(package: ModuleType) -> None:
    alone = code_digest(package.loss)
    assert alone is not None
    assert code_digest(partial(package.loss)) == alone
    assert code_digest({"a": [package.loss, ()]}) == alone
    dcgan = find_variant("dcgan")
    assert code_digest(dcgan) not in {alone, None}
    assert code_digest(dcgan, package.loss) not in {alone, code_digest(dcgan)}


def test_what_is_in_no_file_has_none() -> None:
    exec("def typed(): ...", typed := {"__name__": "typed_at_a_prompt"})
    assert code_digest(typed["typed"]) is None
