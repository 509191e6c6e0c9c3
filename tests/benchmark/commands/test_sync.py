"""A study whose MLflow server is away, fails or is slow, for real; and what is sent afterwards."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from delivered import differences, runs_in
from filelock import FileLock
from mlflow import MlflowClient
from mlflow_server import Proxy, mlflow_server, proxy
from pools import PATIENCE
from tiny_study import FinishedStudy, RecordingObserver, write_tiny

from benchmark.commands.sync import Delivery, send
from benchmark.errors import UserError
from benchmark.json_records import to_json
from benchmark.paths import Paths
from benchmark.records import Protocol as RecordProtocol
from benchmark.records import TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.launch import Resources, resolve_variants, run_study
from benchmark.tracking.spool import StudyRecord
from reports.analysis.leaderboard import leaderboard
from reports.records.disk import Disk
from reports.records.load import StudyRecords, load
from reports.records.sources import load_here

SYNC = "from benchmark.cli import main; main()"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def server(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """It is tried again soon, so that no test waits for half a minute."""
    monkeypatch.setattr("benchmark.tracking.connection.PAUSE_SECONDS", 1.0)
    with proxy(port) as found:
        yield found


class Trouble(RecordingObserver):
    """The server changes when the first run begins, and is well again when the final runs are under way.

    Args:
        server: The proxy before it.
        mode: What becomes of it.
        lasts: Whether it stays so.
    """

    def __init__(self, server: Proxy, mode: str, *, lasts: bool) -> None:
        super().__init__()
        self._server = server
        self._mode = mode
        self._lasts = lasts

    def on_run_start(self, config: TrialConfig, protocol: RecordProtocol) -> None:
        if not self.begun:
            self._server.mode = self._mode
        super().on_run_start(config, protocol)

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        super().on_run_end(record, folder)
        if record.config.kind == "final" and not self._lasts:
            self._server.mode = "good"


def study_of(root: Path, tiny: Spec, name: str) -> tuple[Spec, Paths]:
    """The tiny study under a name of its own, for all share one server."""
    write_tiny(root)
    return tiny.model_copy(update={"name": name}), Paths(root, root / "data")


def run(spec: Spec, paths: Paths, server: Proxy, observer: RecordingObserver) -> int:
    resources = Resources(workers=1, device="cpu", tracking_uri=server.uri)
    return run_study(spec, resolve_variants(["wgan"], spec), paths, resources, [observer]).undelivered


def same(one: StudyRecords, other: StudyRecords) -> None:
    """Both say the same, to the last digit."""
    pd.testing.assert_frame_equal(leaderboard(one), leaderboard(other))
    for frame in ("runs", "evals", "curves"):
        pd.testing.assert_frame_equal(getattr(one, frame), getattr(other, frame))
    assert (one.spec, one.protocols, one.baseline) == (other.spec, other.protocols, other.baseline)
    assert (one.variants, one.shown, one.environment) == (other.variants, other.shown, other.environment)
    assert (one.cross_check, one.finished) == (other.cross_check, other.finished)
    assert one.samples == other.samples


@pytest.mark.long
@pytest.mark.parametrize("mode", ["slow", "failing", "lossy"])
def test_a_server_in_trouble_for_the_middle_of_a_study_loses_nothing(
    mode: str, server: Proxy, tiny: Spec, tmp_path: Path
) -> None:
    spec, paths = study_of(tmp_path, tiny, f"middle-{mode}")
    observer = Trouble(server, mode, lasts=False)
    undelivered = run(spec, paths, server, observer)
    work = paths.work(spec.study_id)
    if undelivered:  # of a slow server, whose backlog the end did not wait for
        sent = send(spec, paths, server.uri, observer.on_notice)
        assert (sent.runs, sent.left) == (len(observer.records), 0)
    client = MlflowClient(server.uri)
    assert differences(client, spec.study_id, work) == []
    before = server.requests
    assert send(spec, paths, server.uri, observer.on_notice) == Delivery(len(observer.records), 0, 0)
    assert server.requests > before
    assert differences(client, spec.study_id, work) == []
    same(load(spec.study_id, server.uri), load_here(spec.study_id, "http://127.0.0.1:9", Disk(work.parent), print))


@pytest.mark.long
def test_the_end_does_not_wait_for_a_slow_server(server: Proxy, tiny: Spec, tmp_path: Path) -> None:
    spec, paths = study_of(tmp_path, tiny, "slow-end")

    class Clock(Trouble):
        last = 0.0

        def on_run_end(self, record: TrialRecord, folder: Path) -> None:
            super().on_run_end(record, folder)
            self.last = time.monotonic()

    observer = Clock(server, "slow", lasts=True)
    undelivered = run(spec, paths, server, observer)
    # Five seconds for the server, and what a study's end takes anyway.
    assert time.monotonic() - observer.last < 15
    assert undelivered > len(observer.records) / 2
    server.mode = "good"
    assert send(spec, paths, server.uri, print).left == 0
    assert differences(MlflowClient(server.uri), spec.study_id, paths.work(spec.study_id)) == []


@pytest.mark.long
def test_a_sync_that_is_killed_goes_on_and_sends_nothing_twice(server: Proxy, tiny: Spec, tmp_path: Path) -> None:
    spec, paths = study_of(tmp_path, tiny, "tiny")
    server.mode = "away"
    observer = RecordingObserver()
    assert run(spec, paths, server, observer) == len(observer.records) + 1
    assert runs_in(MlflowClient(f"http://127.0.0.1:{server.upstream}"), spec.study_id) == []
    server.mode = "good"
    command = [sys.executable, "-c", SYNC, "sync", "--study", "tiny"]
    environment = os.environ | {"MLFLOW_TRACKING_URI": server.uri, "OMP_NUM_THREADS": "1"}
    for kill_after in (12, 37, 61, 90):
        first = server.requests
        process = subprocess.Popen(command, cwd=tmp_path, env=environment)
        deadline = time.monotonic() + PATIENCE
        while server.requests < first + kill_after and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
        assert process.wait() == -9
    settings = {"cwd": tmp_path, "env": environment, "timeout": PATIENCE}
    ended = subprocess.run(command, check=True, capture_output=True, text=True, **settings)
    assert ended.stderr == ""
    assert ended.stdout.startswith(f"MLflow has the records of all {len(observer.records)} runs; ")
    assert differences(MlflowClient(server.uri), spec.study_id, paths.work(spec.study_id)) == []


@pytest.mark.long
def test_a_server_that_is_away_leaves_all_on_disk(server: Proxy, tiny: Spec, tmp_path: Path) -> None:
    """And MLflow's own database gets it, which is a store like any other."""
    spec, paths = study_of(tmp_path, tiny, "elsewhere")
    server.mode = "away"
    observer = RecordingObserver()
    undelivered = run(spec, paths, server, observer)
    said: list[str] = []
    found = send(spec, paths, server.uri, said.append)
    assert found == Delivery(len(observer.records), 0, undelivered)
    assert [line.partition(":")[0] for line in said] == [
        "MLflow does not answer; records stay on disk and are sent when it is back"
    ]
    assert send(spec, paths, None, pytest.fail) == Delivery(len(observer.records), len(observer.records), 0)
    client = MlflowClient(f"sqlite:///{paths.runs}/mlflow.db")
    assert differences(client, spec.study_id, paths.work(spec.study_id)) == []


@pytest.mark.long
def test_a_copy_of_a_runs_folder_is_not_sent(finished: FinishedStudy, tmp_path: Path) -> None:
    """A person gave it another number, to look at it."""
    paths = Paths(tmp_path, tmp_path / "data")
    work = shutil.copytree(finished.work, paths.work(finished.spec.study_id))
    protocol = finished.preparation.protocols["validation"]
    tags = {"spec": finished.spec.model_dump_json(), "protocol": to_json(protocol), "baseline": "{}"}
    StudyRecord(tags).write(work)
    runs = sorted(path.parent.name for path in work.glob("*/record.json"))
    shutil.copytree(work / runs[0], work / f"{runs[0].rpartition('-')[0]}-0099")
    assert send(finished.spec, paths, None, pytest.fail) == Delivery(len(runs), len(runs), 0)
    client = MlflowClient(f"sqlite:///{paths.runs}/mlflow.db")
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    names = [run.info.run_name for run in client.search_runs([experiment.experiment_id])]
    assert sorted(name for name in names if "-trial-" in name or "-final-" in name) == runs


def test_what_never_ran_and_what_runs_just_now(tiny: Spec, tmp_path: Path) -> None:
    spec, paths = study_of(tmp_path, tiny, "never")
    with pytest.raises(UserError, match=r"no records of study never-.* to send: run it first"):
        send(spec, paths, None, print)


def test_a_study_that_runs_sends_its_records_itself(
    server: Proxy, tiny: Spec, tmp_path: Path, finished_copy: tuple[Spec, Paths]
) -> None:
    spec, paths = finished_copy
    work = paths.work(spec.study_id)
    (work / "holder").write_text("4242")
    with (
        FileLock(work / "lock"),
        pytest.raises(UserError, match="process 4242 is running it, and sends its records itself"),
    ):
        send(spec, paths, server.uri, print)


@pytest.fixture
def finished_copy(tiny: Spec, tmp_path: Path) -> tuple[Spec, Paths]:
    """A study that has begun."""
    spec, paths = study_of(tmp_path, tiny, "begun")
    protocol = RecordProtocol("digits", 8, "validation", 449, 64, "digits-cnn", "0" * 16, "accumulated", "0.4.0")
    tags = {"spec": spec.model_dump_json(), "protocol": to_json(protocol), "baseline": "{}"}
    StudyRecord(tags).write(paths.work(spec.study_id))
    return spec, paths
