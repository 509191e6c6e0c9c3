"""Parts that no catalog imports, and what is told of the names in them."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import ganzoo
from ganzoo import registry
from ganzoo.registry import find_variant
from ganzoo.unlisted import unlisted, unlisted_name

FILES = {
    "__init__.py": "import my_zoo.half\nfrom my_zoo.listed import LISTED as LISTED\n",
    "listed.py": 'LISTED = dict(name="listed")\n',
    "margin.py": 'MARGIN = Loss(\n    name="margin",\n    discriminator=print)\n',
    "half.py": 'from types import SimpleNamespace as Loss\nHALF = Loss(name="half")\n',
    "positional.py": "OTHER = Loss('other', print)\nraise RuntimeError('imported')\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    folder = tmp_path / "my_zoo"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("my_zoo")
    for name in ("my_zoo", "my_zoo.listed", "my_zoo.half"):
        sys.modules.pop(name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("margin", "my_zoo/margin.py has it, and no line of my_zoo/__init__.py imports that file"),
        ("other", "my_zoo/positional.py has it, and no line of my_zoo/__init__.py imports that file"),
        ("half", "my_zoo/half.py has it, and no line of my_zoo/__init__.py imports it from that file"),
        ("listed", ""),  # its file is imported
        ("mar", ""),
        ("m.rgin", ""),
        ("nobody's", ""),
    ],
)
def test_the_file_that_has_a_name_is_told(package: ModuleType, name: str, told: str) -> None:
    assert unlisted(name, package) == told


def test_a_name_in_python_is_looked_for_too(package: ModuleType) -> None:
    told = "my_zoo/margin.py has it, and no line of my_zoo/__init__.py imports that file"
    assert unlisted_name("MARGIN", package) == told
    told = "my_zoo/half.py has it, and no line of my_zoo/__init__.py imports it from that file"
    assert unlisted_name("HALF", package) == told
    assert unlisted_name("MARG", package) == unlisted_name("LISTED", package) == ""


def test_a_module_may_list_the_files_beside_it(package: ModuleType) -> None:
    listing = sys.modules["my_zoo.listed"]
    assert unlisted("margin", listing) == "my_zoo/margin.py has it, and no line of my_zoo/listed.py imports that file"


def test_a_file_that_cannot_be_read_is_passed_over(package: ModuleType) -> None:
    folder = Path(next(iter(package.__path__)))
    (folder / "a_folder.py").mkdir()
    assert unlisted("margin", package).startswith("my_zoo/margin.py has it")


def test_an_unknown_part_and_variant_are_looked_for(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "my_zoo/margin.py has it, and no line of my_zoo/__init__.py imports that file"
    monkeypatch.setattr(registry, "losses", package)
    with pytest.raises(LookupError) as refused:
        find_variant("mlp+margin")
    assert refused.value.args == (f"variant 'mlp+margin': unknown part 'margin': {told}",)
    monkeypatch.setattr(registry, "variants", package)
    with pytest.raises(LookupError) as refused:
        ganzoo.get("margin")
    assert refused.value.args == (f"unknown variant 'margin': {told}",)
