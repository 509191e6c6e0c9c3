"""A verdict that is kept is given again while all that it depends on is as it was, and not a moment longer."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from benchmark.cli import verdict as module
from benchmark.cli.verdict import Finished, Row, Verdict, plain, print_verdict
from benchmark.paths import Paths
from benchmark.spec import Spec

SPEC = Spec(name="s", dataset="digits")
VERDICT = Verdict(
    headings=("verdict", "variant", "FID"),
    rows=(Row(("out", "a", "1.5 ± 0.2"), is_variant=True), Row(("", "noise", "20"), is_variant=False)),
    answer="a is best",
    advice="More seeds may settle it",
    page="runs/reports/s/index.html",
    document=plain({"study": "s", "answer": "a is best", "variants": [{"variant": "a", "fid": float("nan")}]}),
)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of somebody else's, imported."""
    file = tmp_path / "elsewhere" / "mine.py"
    file.parent.mkdir()
    file.write_text("LOSS = 1\n", encoding="utf-8")
    imported = ModuleType("mine")
    imported.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "mine", imported)
    return file


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where our packages lie, as far as the verdict knows."""
    folder = tmp_path / "site-packages"
    for file in ("ganzoo/losses/hinge.py", "benchmark/records.py", "reports/page.html"):
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_text("pass\n", encoding="utf-8")
    monkeypatch.setattr(module, "_PACKAGES", folder)
    return folder


@pytest.fixture
def study(tmp_path: Path, own: Path, packages: Path) -> Finished:
    """A study whose verdict is kept."""
    paths = Paths(tmp_path / "root", tmp_path / "data")
    (paths.work(SPEC.study_id) / "a-trial-0000").mkdir(parents=True)
    (paths.work(SPEC.study_id) / "a-trial-0000" / "record.json").write_text("{}", encoding="utf-8")
    (paths.work(SPEC.study_id) / "holder").write_text("1", encoding="utf-8")
    paths.report(SPEC.study_id).mkdir(parents=True)
    (paths.report(SPEC.study_id) / "index.html").write_text("<html>", encoding="utf-8")
    (paths.runs / "mlflow.db").write_bytes(b"SQLite")
    finished = Finished(SPEC, ("a",), (f"sqlite:///{paths.runs / 'mlflow.db'}", ""), paths)
    finished.keep(VERDICT, {"ganzoo/losses/hinge.py", "mine.py", "gone.py"})
    return finished


def test_is_given_again_as_it_was(study: Finished) -> None:
    assert study.verdict() == VERDICT
    (study.paths.work(SPEC.study_id) / "holder").write_text("a sitting that found nothing to do", encoding="utf-8")
    assert study.verdict() == VERDICT


def test_nothing_is_kept_of_a_study_that_has_not_ended(tmp_path: Path) -> None:
    assert Finished(SPEC, (), ("sqlite:///x", ""), Paths(tmp_path, tmp_path)).verdict() is None


@pytest.mark.parametrize(
    "change",
    [
        lambda study: replace(study, names=("a", "b")),
        lambda study: replace(study, names=()),
        lambda study: replace(study, spec=SPEC.model_copy(update={"variants": ("a",)})),
        lambda study: replace(study, places=(study.places[0], "sqlite:///optuna.db")),
        lambda study: replace(study, places=("http://127.0.0.1:5000", "")),
    ],
)
def test_another_command_asks_anew(change: Callable[[Finished], Finished], study: Finished) -> None:
    assert change(study).verdict() is None
    assert study.verdict() == VERDICT


@pytest.mark.parametrize(
    "file",
    [
        "root/runs/{work}/a-trial-0000/record.json",
        "root/runs/{work}/preparation.json",
        "root/runs/reports/{id}/index.html",
        "root/runs/mlflow.db",
        "site-packages/ganzoo/losses/hinge.py",
        "site-packages/benchmark/records.py",
        "site-packages/reports/page.html",
        "site-packages/ganzoo/losses/new.py",
        "elsewhere/mine.py",
    ],
)
def test_a_file_that_is_new_or_changed_asks_anew(file: str, study: Finished, tmp_path: Path) -> None:
    path = tmp_path / file.format(id=SPEC.study_id, work=f"work/{SPEC.study_id}")
    path.write_bytes(path.read_bytes() + b" " if path.exists() else b"{}")
    assert study.verdict() is None


@pytest.mark.parametrize(
    "file",
    [
        "root/runs/{work}/a-trial-0000/record.json",
        "root/runs/reports/{id}/index.html",
        "root/runs/mlflow.db",
        "elsewhere/mine.py",
        "site-packages/benchmark/records.py",
    ],
)
def test_a_file_that_is_gone_asks_anew(file: str, study: Finished, tmp_path: Path) -> None:
    (tmp_path / file.format(id=SPEC.study_id, work=f"work/{SPEC.study_id}")).unlink()
    assert study.verdict() is None


def test_a_package_that_brings_more_asks_anew(study: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "own_entries", lambda: (EntryPoint("new", "mine:LOSS", "ganzoo.losses"),))
    assert study.verdict() is None


@pytest.mark.parametrize("file", ["plugin_of_file.py", "plugin_folder/__init__.py", "plugin_folder/losses.py"])
def test_a_package_that_is_edited_asks_anew_though_the_study_has_no_part_of_it(
    file: str, study: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be broken now, which every command tells."""
    site = tmp_path / "site"
    for each in ("plugin_of_file.py", "plugin_folder/__init__.py", "plugin_folder/losses.py"):
        (site / each).parent.mkdir(parents=True, exist_ok=True)
        (site / each).write_text("raise RuntimeError\n")  # nothing is imported for it
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(module, "own_packages", lambda: {"plugin_of_file", "plugin_folder", "plugin_gone"})
    assert study.verdict() is None
    study.keep(VERDICT, ())
    assert study.verdict() == VERDICT
    (site / file).write_text("LOSS = 1\n")
    assert study.verdict() is None


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"sha256": "0"}', None])
def test_a_damaged_verdict_is_none(content: bytes | None, study: Finished) -> None:
    file = study.paths.work(SPEC.study_id) / "finished.json"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"a is best", b"b is best") if content is None else content)
    assert study.verdict() is None


def test_nothing_is_kept_where_a_server_has_the_runs(study: Finished) -> None:
    file = study.paths.work(SPEC.study_id) / "finished.json"
    file.unlink()
    replace(study, places=("http://127.0.0.1:5000", "")).keep(VERDICT, ())
    assert not file.exists()


def test_is_printed_for_people_and_for_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_verdict(VERDICT)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "verdict  variant  FID",
        "out      a        1.5 ± 0.2",
        "         noise    20",
        "a is best",
        "More seeds may settle it",
        "Report: runs/reports/s/index.html",
    ]
    monkeypatch.setenv("GANBENCH_JSON", "1")
    print_verdict(replace(VERDICT, page=None))
    assert json.loads(capsys.readouterr().out) == {
        "study": "s",
        "answer": "a is best",
        "variants": [{"variant": "a", "fid": None}],
        "page": None,
    }
