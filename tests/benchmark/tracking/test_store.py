import importlib.util
import shutil
import subprocess
import sys
import time

import pytest
from mlflow import MlflowClient
from mlflow_server import mlflow_server

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.tracking import Tracker
from benchmark.tracking.store import artifact_location, ask, connect, tracking_uri
from reports.records.store import Store


def test_the_address_asked_for_comes_before_the_environment_and_the_file(paths, monkeypatch):
    assert tracking_uri(paths) == f"sqlite:///{paths.runs}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://elsewhere:5000")
    assert tracking_uri(paths) == "http://elsewhere:5000"
    assert tracking_uri(paths, "https://further") == "https://further"


@pytest.mark.parametrize("address", ["mlruns", "file:///tmp/mlruns", "ftp://host", "sqlite"])
def test_an_address_that_holds_no_runs_is_refused(paths, address):
    with pytest.raises(UserError, match=f"MLFLOW_TRACKING_URI = '{address}': must begin with one of sqlite"):
        tracking_uri(paths, address)


def test_a_server_chooses_where_artifacts_go(paths):
    assert artifact_location(paths, "https://elsewhere", "tiny-0") is None
    assert artifact_location(paths, tracking_uri(paths), "tiny-0") == (paths.runs / "artifacts" / "tiny-0").as_uri()


def test_a_fresh_database_is_created_where_it_is_asked_for(paths, empty_database):
    client = connect(paths, f"sqlite:///{empty_database}")
    assert [experiment.name for experiment in client.search_experiments()] == ["Default"]


@pytest.mark.long
def test_a_database_whose_maker_was_killed_is_made_again(paths):
    """Killed on the way, when some of its tables are there."""
    uri = f"sqlite:///{paths.runs}/mlflow.db"
    words = (
        "import sys; from pathlib import Path; from benchmark.paths import Paths; "
        "from benchmark.tracking.store import connect; connect(Paths.here(), sys.argv[1])"
    )
    (paths.runs / "mlflow.db").unlink()
    maker = subprocess.Popen([sys.executable, "-c", words, uri], cwd=paths.runs.parent)
    while not any(file.stat().st_size > 20_000 for file in paths.runs.glob("mlflow.db*")):
        assert maker.poll() is None
        time.sleep(0.002)
    maker.kill()
    maker.wait()
    half_made = paths.runs / "mlflow.db"
    assert not half_made.exists() or half_made.stat().st_size == 0
    client = connect(paths, uri)
    assert [experiment.name for experiment in client.search_experiments()] == ["Default"]


def test_a_database_without_its_driver_is_one_line(paths):
    with pytest.raises(UserError, match="its driver 'pymssql' is not installed"):
        connect(paths, "mssql+pymssql://localhost/name")


def track(spec, paths, uri, record) -> list[str]:
    """Send a run's record; gives back what was said."""
    said: list[str] = []
    tracker = Tracker(spec, paths, uri, said.append)
    tracker.start_study(record.protocol, {}, paths.root / "none.png")
    tracker.on_variant_start("dcgan", {"loss": "hinge"})
    tracker.on_run_end(record, paths.root)
    tracker.on_study_end()
    assert bool(said) == bool(tracker.owed)
    return said


@pytest.mark.parametrize("name", ["a%20b", "a%41b", "a#b", "a?b", "a\u00fcb", "a b", "a&b=c;d+e"])
def test_a_checkout_may_be_called_anything(name, spec, record, empty_database, tmp_path):
    """MLflow makes the folder of a database without decoding its name, which was one beside the checkout."""
    paths = Paths(tmp_path / name, tmp_path / name / "data")
    paths.runs.mkdir(parents=True)
    shutil.copy(empty_database, paths.runs / "mlflow.db")
    assert track(spec, paths, None, record) == []
    (run,) = Store(tracking_uri(paths)).study(spec.study_id).runs
    assert run.record is not None
    assert run.record.rungs == record.rungs
    (stored,) = paths.runs.glob("artifacts/*/*/artifacts/record.json")
    assert stored.read_text() == record.to_json()
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_fresh_database_lies_in_such_a_checkout(tmp_path):
    paths = Paths(tmp_path / "a%20b?c#d", tmp_path)
    client = connect(paths, tracking_uri(paths))
    assert [experiment.name for experiment in client.search_experiments()] == ["Default"]
    assert (paths.runs / "mlflow.db").is_file()
    assert [each.name for each in tmp_path.iterdir()] == ["a%20b?c#d"]


@pytest.mark.long
def test_a_proxy_in_the_environment_is_no_matter_on_this_host(spec, paths, record, tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with mlflow_server(tmp_path) as port:
        uri = f"http://localhost:{port}"
        assert track(spec, paths, uri, record) == []
        assert [run.record.rungs for run in Store(uri).study(spec.study_id).runs] == [record.rungs]


@pytest.mark.long
def test_a_server_under_another_name_is_not_asked(spec, paths, record, tmp_path):
    """What keeps other sites' scripts away."""
    with mlflow_server(tmp_path, "--allowed-hosts", "mlflow.example.org") as port:
        (line,) = track(spec, paths, f"http://127.0.0.1:{port}", record)
    assert line.startswith("MLflow does not answer; records stay on disk")
    assert "403" in line
    with mlflow_server(tmp_path, "--allowed-hosts", "mlflow.example.org,127.0.0.1:*") as port:
        assert track(spec, paths, f"http://127.0.0.1:{port}", record) == []


@pytest.mark.skipif(not importlib.util.find_spec("flask_wtf"), reason="mlflow[auth] is not installed")
def test_a_server_that_wants_a_name_and_a_password(spec, paths, record, tmp_path, monkeypatch):
    for name in ("USERNAME", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    (tmp_path / "auth.ini").write_text(
        f"[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{tmp_path}/auth.db\nadmin_username = admin\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    settings = {
        "MLFLOW_AUTH_CONFIG_PATH": str(tmp_path / "auth.ini"),
        "MLFLOW_AUTH_ADMIN_PASSWORD": "long enough 42",
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "any",
    }
    with mlflow_server(tmp_path, "--app-name", "basic-auth", **settings) as port:
        uri = f"http://127.0.0.1:{port}"
        (line,) = track(spec, paths, uri, record)
        assert "401" in line
        with pytest.raises(UserError, match="401"):
            ask(paths, uri, lambda client: client.search_experiments())
        (line,) = track(spec, paths, f"http://admin:wrong@127.0.0.1:{port}", record)
        assert "wrong" not in line
        monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
        monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "long enough 42")
        assert track(spec, paths, uri, record) == []
        assert [run.record.rungs for run in Store(uri).study(spec.study_id).runs] == [record.rungs]
        monkeypatch.delenv("MLFLOW_TRACKING_USERNAME")
        monkeypatch.delenv("MLFLOW_TRACKING_PASSWORD")
        named = f"http://admin:long%20enough%2042@127.0.0.1:{port}"
        assert [run.record.rungs for run in Store(named).study(spec.study_id).runs] == [record.rungs]


def test_a_question_to_a_server_that_is_away_is_one_line(paths):
    with pytest.raises(UserError, match=r"MLflow at 'http://\*\*\*@127.0.0.1:9' does not answer: ") as caught:
        ask(paths, "http://me:hunter2@127.0.0.1:9", lambda client: client.search_experiments())
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_question_is_answered(paths, client: MlflowClient, experiment_id: str):
    assert ask(paths, tracking_uri(paths), lambda found: found.get_experiment(experiment_id).name) == "some"
