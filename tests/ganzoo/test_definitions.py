"""Where parts are defined: the file, and the name in it."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ganzoo import losses
from ganzoo.definitions import definition_of, file_of
from ganzoo.losses import HINGE, NON_SATURATING_SMOOTH
from ganzoo.registry import VARIANTS


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (HINGE, "HINGE of ganzoo/losses/hinge.py"),
        (NON_SATURATING_SMOOTH, "NON_SATURATING_SMOOTH of ganzoo/losses/non_saturating.py"),
        (VARIANTS["gan-mlp"], "GAN_MLP of ganzoo/variants/tutorials.py"),
        (VARIANTS["gan-minimax"], "TUTORIALS of ganzoo/variants/tutorials.py"),  # it has no other name
    ],
    ids=["a loss", "the second of a file", "a variant", "in a tuple"],
)
def test_is_found_where_it_is_written(part: object, told: str) -> None:
    assert str(definition_of(part)) == told


def test_what_no_module_holds_has_no_place() -> None:
    assert definition_of(object()) is None


def test_who_only_imports_it_is_not_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "borrower.py").write_text("from lender import PART as PART\nOTHER = 1\n")
    (tmp_path / "lender.py").write_text("PART = object()\n")
    monkeypatch.syspath_prepend(tmp_path)
    borrower = importlib.import_module("borrower")
    sys.modules["lender"] = sys.modules.pop("lender")  # now the borrower comes first
    try:
        assert str(definition_of(borrower.PART)) == "PART of lender.py"
        (tmp_path / "lender.py").unlink()  # whose words cannot be read any more
        assert str(definition_of(borrower.PART)) == "PART of borrower.py"
    finally:
        for name in ("borrower", "lender"):
            sys.modules.pop(name)


def test_files_are_named_from_where_their_package_lies() -> None:
    assert file_of(losses) == "ganzoo/losses/__init__.py"
    assert file_of(sys.modules["ganzoo.losses.hinge"]) == "ganzoo/losses/hinge.py"
    assert file_of(ModuleType("single")) == "single.py"
