"""A moved checkout: its database names the artifacts that lie beside it."""

import shutil
from collections import OrderedDict
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.tracking._tracking_service import utils

from benchmark.paths import Paths
from benchmark.tracking.relocation import relocate
from benchmark.tracking.store import artifact_location, connect, tracking_uri

STUDY = "tiny study-1234abcd"


def recorded(root: Path) -> tuple[Paths, str]:
    """A checkout with a run that has an artifact."""
    paths = Paths(root, root / "data")
    client = connect(paths, tracking_uri(paths))
    location = artifact_location(paths, tracking_uri(paths), STUDY)
    run = client.create_run(client.create_experiment(STUDY, location), run_name="a run")
    client.log_text(run.info.run_id, "before", "note.txt")
    return paths, run.info.run_id


@pytest.fixture(autouse=True)
def _as_in_new_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow remembers where a run's artifacts were, as long as the process lives."""
    monkeypatch.setattr(utils, "_artifact_repos_cache", Forgetful())


class Forgetful(OrderedDict[str, object]):
    """A cache that keeps nothing."""

    def __setitem__(self, key: str, value: object) -> None:
        pass


def note(client: MlflowClient, run_id: str, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    return Path(client.download_artifacts(run_id, "note.txt", str(folder))).read_text(encoding="utf-8")


def test_artifacts_are_found_and_written_where_the_checkout_is_now(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    before, run_id = recorded(tmp_path / "be_fore")
    assert relocate(before) == ""
    moved = tmp_path / "now ä"
    shutil.move(before.root, moved)
    paths = Paths(moved, moved / "data")
    capsys.readouterr()
    said = relocate(paths)
    assert said.startswith(f"{moved / 'runs' / 'mlflow.db'}: artifacts that were recorded in file://")
    assert relocate(paths) == ""
    client = MlflowClient(tracking_uri=f"sqlite:///{moved / 'runs' / 'mlflow.db'}")
    assert note(client, run_id, tmp_path / "read") == "before"
    client.log_text(run_id, "after", "note.txt")
    assert note(client, run_id, tmp_path / "again") == "after"
    assert not before.root.exists()


def test_the_first_contact_relocates_and_says_so_once(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    before, run_id = recorded(tmp_path / "before")
    shutil.move(before.root, tmp_path / "after")
    paths = Paths(tmp_path / "after", tmp_path)
    for lines in (1, 0):
        client = connect(paths, tracking_uri(paths))
        assert capsys.readouterr().err.count("are now found in") == lines
    assert note(client, run_id, tmp_path / "read") == "before"


@pytest.mark.long
def test_a_copy_leaves_the_original_alone(tmp_path: Path) -> None:
    before, run_id = recorded(tmp_path / "before")
    shutil.copytree(before.root, tmp_path / "copy")
    copy = Paths(tmp_path / "copy", tmp_path)
    connect(copy, tracking_uri(copy)).log_text(run_id, "of the copy", "note.txt")
    assert note(connect(before, tracking_uri(before)), run_id, tmp_path / "read") == "before"


@pytest.mark.long
def test_experiments_whose_artifacts_lie_elsewhere_stay_as_they_are(tmp_path: Path) -> None:
    before, _ = recorded(tmp_path / "before")
    (tmp_path / "after" / "runs").mkdir(parents=True)
    shutil.copy(before.runs / "mlflow.db", tmp_path / "after" / "runs" / "mlflow.db")
    assert relocate(Paths(tmp_path / "after", tmp_path)) == ""
    assert relocate(Paths(tmp_path / "nothing", tmp_path)) == ""


def test_a_database_that_cannot_be_read_is_for_others_to_report(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "mlflow.db").write_bytes(b"garbage" * 1000)
    assert relocate(Paths(tmp_path, tmp_path)) == ""
