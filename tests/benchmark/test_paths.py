"""Where things lie."""

from pathlib import Path

import pytest

from benchmark.paths import Paths


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GANBENCH_DATA", raising=False)
    return tmp_path


def test_data_lie_beside_the_runs_by_default(here: Path) -> None:
    assert Paths.here() == Paths(root=here, data=here / "data")


def test_ganbench_data_names_another_place(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANBENCH_DATA", str(here / "elsewhere"))
    assert Paths.here() == Paths(root=here, data=here / "elsewhere")


def test_an_empty_ganbench_data_names_no_place(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANBENCH_DATA", "")
    assert Paths.here().data == here / "data"


def test_everything_written_lies_under_runs(here: Path) -> None:
    paths = Paths.here()
    assert paths.runs == here / "runs"
    written = paths.cache, paths.journal, paths.work("digits-0a1b2c3d"), paths.report("digits-0a1b2c3d")
    assert all(path.is_relative_to(paths.runs) for path in written)
    assert len(set(written)) == len(written)
    assert paths.work("a") != paths.work("b")
    assert paths.studies == here / "studies"


def test_naming_a_folder_makes_none(here: Path) -> None:
    paths = Paths.here()
    assert paths.work("a").name == "a"
    assert list(here.iterdir()) == []
