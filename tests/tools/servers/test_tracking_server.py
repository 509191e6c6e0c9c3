import importlib.util
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from benchmark.errors import UserError
from tools.servers import tracking_server
from tools.servers.tracking_server import TrackingServer

HAS_AUTH = importlib.util.find_spec("flask_wtf") is not None


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


@pytest.mark.long
@pytest.mark.servers
def test_runs_and_artifacts_outlive_a_restart(tmp_path: Path) -> None:
    server = TrackingServer(tmp_path, f"sqlite:///{tmp_path}/records.db")
    assert server.settings == {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{server.port}"}
    server.start()
    client = MlflowClient(tracking_uri=server.uri)
    run = client.create_run(client.create_experiment("some")).info.run_id
    client.log_text(run, "whole", "text.txt")
    server.stop()
    with pytest.raises(MlflowException):
        client.get_run(run)
    server.start()
    try:
        assert client.get_run(run).info.run_id == run
        assert [file.read_text() for file in (tmp_path / "artifacts").rglob("text.txt")] == ["whole"]
    finally:
        server.stop()


@pytest.mark.long
@pytest.mark.servers
@pytest.mark.skipif(not HAS_AUTH, reason="mlflow[auth] is not installed")
def test_only_who_has_the_password_is_let_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = TrackingServer(tmp_path, f"sqlite:///{tmp_path}/records.db", asks_for_names=True)
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    server.start()
    try:
        with pytest.raises(MlflowException, match="401"):
            MlflowClient(tracking_uri=server.uri).search_experiments()
        for name, value in server.settings.items():
            monkeypatch.setenv(name, value)
        found = MlflowClient(tracking_uri=server.uri).search_experiments()
        assert [each.name for each in found] == ["Default"]
    finally:
        server.stop()


def test_without_the_package_for_names_a_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_server, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"--auth: MLflow's authentication is not installed: `pip install"):
        TrackingServer(tmp_path, "sqlite://", asks_for_names=True)


@pytest.mark.long
@pytest.mark.servers
def test_a_server_that_cannot_start_says_where_the_reason_is(tmp_path: Path) -> None:
    server = TrackingServer(tmp_path, "nosuch://database")
    with pytest.raises(UserError, match=r"MLflow's server did not start: .*log says why"):
        server.start()
    assert "nosuch" in (tmp_path / "log").read_text(encoding="utf-8")
