"""Measures of the tree: the root, cycles, mirrored tests, sources, the way."""

from dataclasses import replace
from pathlib import Path

import pytest

from ganzoo.registry import BUILT_IN
from tools.rubric import tree
from tools.rubric.tree import cycle, entries, mirrored, uncited, way


def test_what_is_hidden_or_no_part_of_it_is_no_entry(tmp_path: Path) -> None:
    for name in ("README.md", ".git", "runs", "ganzoo"):
        (tmp_path / name).mkdir()
    assert entries(tmp_path, ["runs"]) == ["README.md", "ganzoo"]


def test_a_cycle_is_found_and_named() -> None:
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    found = cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert found[0] == found[-1]
    assert set(found) == {"a", "b", "c"}


def test_a_module_is_mirrored_by_its_name_its_package_s_or_main(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "zoo"
    folder.mkdir(parents=True)
    for name in ("test_one", "test_two_more", "test_zoo", "test_main"):
        (folder / f"{name}.py").touch()
    found = {name: mirrored(tmp_path, Path(f"zoo/{name}.py")) for name in ("one", "two", "__init__", "__main__", "on")}
    assert found == {"one": True, "two": True, "__init__": True, "__main__": True, "on": False}


def test_a_citation_without_a_place_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uncited()
    assert "hinge" not in before
    part = replace(BUILT_IN.loss["hinge"], citation="Lim and Ye 2017, arXiv:1705.02894")
    monkeypatch.setattr(tree, "PARTS", replace(BUILT_IN, loss=BUILT_IN.loss | {"hinge": part}))
    assert uncited() == ["hinge", *before]


def test_the_way_is_its_numbered_rows() -> None:
    assert way("| | read |\n| --- | --- |\n| 1 | `a.py` |\n| 2 | `b.py` |\n\n| loss | 3 |\n") == 2
