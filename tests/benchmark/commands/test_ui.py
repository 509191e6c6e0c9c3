import re
import signal
import socket
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from serving import free_port, start_ui

from benchmark.commands.ui import comparison_url, serve
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import Protocol
from benchmark.spec import Spec
from benchmark.tracking import Tracker

SPEC = Spec(name="tiny", dataset="digits")
PROTOCOL = Protocol("digits", 8, "validation", 360, 1000, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return Paths(tmp_path, tmp_path)


@pytest.fixture(name="free_port")
def some_free_port() -> int:
    return free_port()


class OneExperiment(BaseHTTPRequestHandler):
    """What a tracking server answers of one experiment, in MLflow's REST format."""

    authorization: str | None = None

    def do_GET(self):
        OneExperiment.authorization = self.headers.get("Authorization")
        found = self.path.endswith(f"experiment_name={SPEC.study_id}")
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(b'{"experiment": {"experiment_id": "42"}}' if found else b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def remote() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), OneExperiment) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_url_opens_the_leaderboard():
    assert comparison_url("http://127.0.0.1:5000/", "3") == (
        "http://127.0.0.1:5000/#/experiments/3/runs"
        "?viewStateShareKey=leaderboard&compareRunsMode=CHART&workflowType=machine_learning"
    )


def test_of_a_tracking_server_only_the_address_is_said(paths, remote):
    said: list[str] = []
    serve(SPEC, paths, 1, remote, said.append)
    assert said == [comparison_url(remote, "42")]


def test_a_proxy_is_asked_for_a_server_elsewhere_and_not_for_one_on_this_host(paths, remote, monkeypatch):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", remote)  # which answers whatever host is asked for
    said: list[str] = []
    serve(SPEC, paths, 1, "http://mlflow.invalid:5000", said.append)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    serve(SPEC, paths, 1, remote, said.append)
    assert said == [comparison_url("http://mlflow.invalid:5000", "42"), comparison_url(remote, "42")]


@pytest.mark.parametrize(
    ("user", "settings", "told"),
    [
        ("", {}, None),
        ("me:p%40ss@", {}, "Basic " + b64encode(b"me:p@ss").decode()),
        ("me:x@", {"USERNAME": "you", "PASSWORD": "y"}, "Basic " + b64encode(b"you:y").decode()),
        ("", {"TOKEN": "t"}, "Bearer t"),
    ],
)
def test_a_tracking_server_is_told_who_asks_and_nobody_else_is(paths, remote, user, settings, told, monkeypatch):
    for name in ("USERNAME", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(f"MLFLOW_TRACKING_{name}", value)
    said: list[str] = []
    serve(SPEC, paths, 1, remote.replace("://", f"://{user}"), said.append)
    assert OneExperiment.authorization == told
    assert said == [comparison_url(remote, "42")]


def test_a_study_that_the_server_does_not_know(paths, remote):
    other = Spec(name="other", dataset="digits")
    with pytest.raises(UserError, match=f"no runs of study '{other.study_id}': run the study first"):
        serve(other, paths, 1, remote)


def test_a_server_that_is_away(paths, free_port):
    with pytest.raises(UserError, match=f"http://127.0.0.1:{free_port} does not answer"):
        serve(SPEC, paths, 1, f"http://127.0.0.1:{free_port}")


def test_without_records_nothing_is_started(paths, free_port):
    with pytest.raises(UserError, match=r"mlflow\.db: no records yet; run a study first"):
        serve(SPEC, paths, free_port)
    assert not paths.runs.exists()


def test_a_port_that_is_taken_or_none(paths):
    paths.runs.mkdir()
    (paths.runs / "mlflow.db").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} on 127.0.0.1: cannot listen there"):
            serve(SPEC, paths, port)
    with pytest.raises(UserError, match=r"port 70000 on 127\.0\.0\.1: cannot listen there"):
        serve(SPEC, paths, 70000)


@pytest.mark.long
def test_the_server_shows_the_experiment_and_ends_with_all_its_processes(paths, free_port):
    tracker = Tracker(SPEC, paths, None, print)
    tracker.start_study(PROTOCOL, {}, paths.root / "real.png")
    # A proxy that refuses: this host's own server is not asked for through it.
    with start_ui(SPEC, paths, free_port, http_proxy="http://127.0.0.1:9", no_proxy="") as ui:
        try:
            line = ui.stdout.readline() if ui.stdout else ""
            assert re.match(rf"http://127\.0\.0\.1:{free_port}/#/experiments/1/runs\?.*  \(Ctrl-C ends it\)", line)
            with urlopen(f"http://127.0.0.1:{free_port}/", timeout=10) as page:
                assert b"<title>MLflow</title>" in page.read()
        finally:
            ui.send_signal(signal.SIGINT)
        assert ui.wait(30) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port)) != 0
