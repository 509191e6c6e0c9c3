"""A tracker with a thread of its own writes the same, in the same order, and makes nobody wait."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow_server import Proxy, mlflow_server, proxy
from tiny_study import FinishedStudy

from benchmark.records import TrialRecord
from benchmark.tracking import BackgroundTracker, Tracker, background


def tell(tracker: Tracker, finished: FinishedStudy) -> list[str]:
    """Everything that a study of one variant tells; gives back the runs' labels."""
    labels = tell_all_but_the_end(tracker, finished)
    tracker.on_study_end()
    return labels


def tell_all_but_the_end(tracker: Tracker, finished: FinishedStudy) -> list[str]:
    variant = "gan-shallow"
    protocols, prepared = finished.preparation.protocols, finished.preparation
    tracker.connect()
    tracker.start_study(protocols["validation"], prepared.baseline, prepared.real_grid)
    tracker.sync([])
    tracker.on_variant_start(variant, {"loss": "x"})
    records = []
    for folder in sorted(finished.work.glob(f"{variant}-*")):
        if record := TrialRecord.read(folder):
            records.append(record)
            tracker.on_run_start(record.config, record.protocol)
            for rung in record.rungs:
                tracker.on_rung_end(record.config, rung, record.curves, folder)
            tracker.on_run_end(record, folder)
    tracker.on_variant_end(variant, None, [record for record in records if record.config.kind == "final"])
    return [record.config.label for record in records]


def written(uri: str, study_id: str) -> dict[str, tuple[Any, ...]]:
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name(study_id)
    assert experiment is not None
    return {
        run.info.run_name: (
            run.info.status,
            run.data.params,
            run.data.metrics,
            {name: value for name, value in run.data.tags.items() if name != "mlflow.parentRunId"},
            {
                name: [(point.step, point.value) for point in client.get_metric_history(run.info.run_id, name)]
                for name in run.data.metrics
            },
        )
        for run in client.search_runs([experiment.experiment_id])
    }


def test_what_is_written_is_what_a_tracker_writes(finished: FinishedStudy, tmp_path: Path) -> None:
    stores = {}
    for kind in (Tracker, BackgroundTracker):
        uri = f"sqlite:///{tmp_path / kind.__name__}.db"
        labels = tell(kind(finished.spec, finished.paths, uri, print), finished)
        stores[kind.__name__] = written(uri, finished.spec.study_id)
    assert stores["Tracker"] == stores["BackgroundTracker"]
    assert stores["Tracker"].keys() == {*labels, "gan-shallow"}
    assert len(labels) > 2


def test_who_tells_does_not_wait(finished: FinishedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, free, order = threading.Event(), threading.Event(), []

    def connect(tracker: Tracker) -> None:
        order.append("connect")
        told.set()
        assert free.wait(60)

    monkeypatch.setattr(Tracker, "connect", connect)
    monkeypatch.setattr(Tracker, "on_variant_start", lambda tracker, name, parts: order.append(name))
    tracker = BackgroundTracker(finished.spec, finished.paths, f"sqlite:///{tmp_path}/mlflow.db", print)
    tracker.connect()
    tracker.on_variant_start("first", {})
    tracker.on_variant_start("second", {})
    assert told.wait(60)
    assert order == ["connect"]
    free.set()
    tracker.on_study_end()
    assert order == ["connect", "first", "second"]


def test_an_error_reaches_who_tells(finished: FinishedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tracker: Tracker) -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(Tracker, "connect", fail)
    tracker = BackgroundTracker(finished.spec, finished.paths, f"sqlite:///{tmp_path}/mlflow.db", print)
    tracker.connect()
    with pytest.raises(LookupError, match="no such thing"):
        tracker.on_study_end()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def server(port: int) -> Iterator[Proxy]:
    with proxy(port) as found:
        yield found


@pytest.mark.long
@pytest.mark.parametrize("mode", ["slow", "away", "failing"])
def test_nobody_waits_for_a_server_in_trouble(
    mode: str, server: Proxy, finished: FinishedStudy, tmp_path: Path
) -> None:
    """A second a request would be minutes."""
    spec = finished.spec.model_copy(update={"name": f"nobody-{mode}"})
    tracker = BackgroundTracker(spec, finished.paths, server.uri, print)
    server.mode = mode
    begun = time.monotonic()
    labels = tell_all_but_the_end(tracker, finished)
    told = time.monotonic()
    tracker.on_study_end()
    ended = time.monotonic()
    assert told - begun < 1.0
    assert ended - told < 4.0  # the request under way, and 3 % of no time
    assert tracker.owed >= {*labels[-2:], "gan-shallow"}

    server.mode = "good"
    assert tell(Tracker(spec, finished.paths, server.uri, pytest.fail), finished) == labels
    plain = f"sqlite:///{tmp_path / 'plain.db'}"
    tell(Tracker(spec, finished.paths, plain, pytest.fail), finished)
    assert written(server.uri, spec.study_id) == written(plain, spec.study_id)


@pytest.mark.long
def test_all_is_waited_for_where_the_server_is_quick(
    server: Proxy, finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "GOOD_PACE_SECONDS", 5.0)  # of a machine that does other things, too
    spec = finished.spec.model_copy(update={"name": "quick"})
    tracker = BackgroundTracker(spec, finished.paths, server.uri, pytest.fail)
    labels = tell(tracker, finished)
    assert tracker.owed == frozenset()
    assert written(server.uri, spec.study_id).keys() == {*labels, "gan-shallow"}


def test_of_a_run_that_has_ended_meanwhile_its_record_alone_is_sent(
    finished: FinishedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, order = threading.Event(), []
    monkeypatch.setattr(Tracker, "connect", lambda tracker: free.wait(60))
    monkeypatch.setattr(
        Tracker, "on_run_start", lambda tracker, config, protocol: order.append(f"start {config.label}")
    )
    monkeypatch.setattr(Tracker, "on_rung_end", lambda tracker, config, *rest: order.append(f"rung {config.label}"))
    monkeypatch.setattr(
        Tracker, "on_run_end", lambda tracker, record, folder: order.append(f"end {record.config.label}")
    )
    tracker = BackgroundTracker(finished.spec, finished.paths, f"sqlite:///{tmp_path}/mlflow.db", print)
    ended, running = finished.record("wgan-trial-0000"), finished.record("wgan-trial-0001")
    tracker.connect()
    for record in (ended, running):
        tracker.on_run_start(record.config, record.protocol)
        tracker.on_rung_end(record.config, record.rungs[0], {}, tmp_path)
    tracker.on_run_end(ended, tmp_path)
    free.set()
    tracker.on_study_end()
    label = running.config.label
    assert order == [f"start {label}", f"rung {label}", "end wgan-trial-0000"]
    assert tracker.owed == {"wgan-trial-0000"}  # the record was not sent here
