"""Where things lie."""

from pathlib import Path

import pytest

from benchmark import paths as module
from benchmark.paths import DATA, ROOT, RUNS, Paths, shipped_studies


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_data_lie_beside_the_runs_by_default(here: Path) -> None:
    assert Paths.here() == Paths(root=here, data=here / "data")


@pytest.mark.parametrize("name", ["elsewhere", "one/two"])
def test_variables_name_other_places_from_where_one_stands(
    name: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA, str(here / name))
    assert Paths.here() == Paths(root=here, data=here / name)
    monkeypatch.setenv(DATA, name)
    assert Paths.here() == Paths(root=here, data=here / name)
    monkeypatch.setenv(RUNS, f"{name}/written")
    assert Paths.here().runs == here / name / "written"
    assert Paths.here().root == here


def test_a_root_holds_all_that_is_not_named_apart(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT, "project")
    project = here / "project"
    assert Paths.here() == Paths(root=project, data=project / "data")
    assert (Paths.here().runs, Paths.here().studies) == (project / "runs", project / "studies")
    monkeypatch.setenv(RUNS, "large-disk")
    monkeypatch.setenv(DATA, "/shared/images")
    assert Paths.here() == Paths(root=project, data=Path("/shared/images"), written=here / "large-disk")


@pytest.mark.parametrize("variable", [DATA, RUNS, ROOT])
def test_an_empty_variable_names_no_place(variable: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "")
    assert Paths.here() == Paths(root=here, data=here / "data")


@pytest.mark.parametrize("variable", [None, RUNS])
def test_everything_written_lies_under_runs(variable: str | None, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if variable:
        monkeypatch.setenv(variable, "elsewhere")
    paths = Paths.here()
    assert paths.runs == here / ("elsewhere" if variable else "runs")
    written = paths.cache, paths.journal, paths.work("digits-0a1b2c3d"), paths.report("digits-0a1b2c3d")
    assert all(path.is_relative_to(paths.runs) for path in written)
    assert len(set(written)) == len(written)
    assert paths.work("a") != paths.work("b")
    assert paths.studies == here / "studies"


def test_naming_a_folder_makes_none(here: Path) -> None:
    paths = Paths.here()
    assert paths.work("a").name == "a"
    assert list(here.iterdir()) == []


def test_specs_lie_in_an_installed_package_and_beside_one_in_a_checkout(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = Path(__file__).parents[2]
    assert shipped_studies() == checkout / "studies"
    monkeypatch.setattr(module, "__file__", str(here / "site-packages" / "benchmark" / "paths.py"))
    (here / "site-packages" / "benchmark" / "studies").mkdir(parents=True)
    (here / "site-packages" / "studies").mkdir()  # another package's
    assert shipped_studies() == here / "site-packages" / "benchmark" / "studies"
