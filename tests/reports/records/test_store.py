import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from mlflow import MlflowClient

from benchmark.errors import UserError
from benchmark.records import TrialRecord
from reports.records.load import runs_frame
from reports.records.store import Store


@pytest.fixture
def one_run(make_study, make_record: Callable[..., TrialRecord]):
    return make_study([make_record("dcgan", "trial", 0, 50.0)])


def test_an_interrupted_run_gives_way_to_the_one_that_ended(one_run) -> None:
    client = MlflowClient(one_run.uri)
    experiment = client.get_experiment_by_name(one_run.spec.study_id).experiment_id
    tags = {"variant": "dcgan", "kind": "trial"}
    client.create_run(experiment, tags=tags | {"number": "0"})
    client.create_run(experiment, tags=tags | {"number": "1"})
    runs = Store(one_run.uri).study(one_run.spec.study_id).runs
    assert [(run.number, run.state, run.record is None) for run in runs] == [
        (0, "complete", False),
        (1, "running", True),
    ]


def test_before_a_run_has_ended_the_row_holds_what_mlflow_knows(one_run) -> None:
    client = MlflowClient(one_run.uri)
    experiment = client.get_experiment_by_name(one_run.spec.study_id).experiment_id
    run = client.create_run(experiment, tags={"variant": "dcgan", "kind": "trial", "number": "7"})
    client.log_param(run.info.run_id, "lr_generator", "0.0003")
    client.log_param(run.info.run_id, "seed", "12")
    client.log_metric(run.info.run_id, "final/fid", 33.5)
    client.log_metric(run.info.run_id, "resources/train_seconds", 9.0)
    row = runs_frame(Store(one_run.uri).study(one_run.spec.study_id).runs).set_index("number").loc[7]
    assert (row["state"], row["lr_generator"], row["seed"]) == ("running", 0.0003, 12)
    assert (row["fid"], row["train_seconds"]) == (33.5, 9.0)


def test_artifacts_come_in_order_and_missing_ones_as_none(tmp_path: Path, study) -> None:
    for name in ("a", "b b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(name)
    places = [(tmp_path / "b b").as_uri(), str(tmp_path / "none"), str(tmp_path / "a")]
    assert Store(study.uri).artifacts(places, "x.txt") == [b"b b", None, b"a"]


class _OneFile(BaseHTTPRequestHandler):
    """An artifact server that has one file."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        body = b"picture" if path == "/mlflow-artifacts/artifacts/run/samples/real.png" else b""
        if query:  # what lies in a folder
            body = json.dumps({"files": []}).encode()
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    server = HTTPServer(("127.0.0.1", 0), _OneFile)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/mlflow-artifacts/artifacts/run"
    server.shutdown()
    thread.join()
    server.server_close()


def test_artifacts_of_a_server_are_fetched(served: str, study) -> None:
    store = Store(study.uri)
    assert store.artifact(served, "samples/real.png") == b"picture"
    assert store.artifact(served, "samples/other.png") is None


def test_a_server_that_is_away_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(UserError, match=r"MLflow at 'http://127.0.0.1:9' does not answer") as caught:
        Store("http://127.0.0.1:9").study("any")
    assert "\n" not in str(caught.value)


def run_of(study):
    client = MlflowClient(study.uri)
    experiment = client.get_experiment_by_name(study.spec.study_id).experiment_id
    (run,) = client.search_runs([experiment], "tags.kind = 'trial'")
    return client, run


@pytest.mark.parametrize("content", [b"", b"garbage", b"{}", None])
def test_a_damaged_record_is_named_with_what_to_do(content: bytes | None, one_run) -> None:
    _, run = run_of(one_run)
    path = Path(run.info.artifact_uri.removeprefix("file://")) / "record.json"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"number":', b'"mumber":', 1) if content is None else content)
    with pytest.raises(UserError, match=r"record.json: damaged \(.*\): run the study again, which sends it anew"):
        Store(one_run.uri).study(one_run.spec.study_id)
    path.write_bytes(whole)
    assert len(Store(one_run.uri).study(one_run.spec.study_id).runs) == 1


def test_whose_a_run_is_stands_in_its_record(one_run) -> None:
    client, run = run_of(one_run)
    client.set_tag(run.info.run_id, "number", "7")
    client.set_tag(run.info.run_id, "variant", "dcgbn")
    (found,) = Store(one_run.uri).study(one_run.spec.study_id).runs
    assert found.key == ("dcgan", "trial", 0)


def test_a_run_that_nothing_names_is_refused(one_run) -> None:
    client, run = run_of(one_run)
    other = client.create_run(run.info.experiment_id, tags={"variant": "dcgan", "kind": "trial", "number": "x"})
    with pytest.raises(UserError, match=f"MLflow's run {other.info.run_id}: its tags variant, kind and number"):
        Store(one_run.uri).study(one_run.spec.study_id)


def test_a_database_of_garbage_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(UserError, match=r"mlflow.db: MLflow cannot read it \(file is not a database\): move it away"):
        Store(f"sqlite:///{tmp_path / 'mlflow.db'}").study("any")
