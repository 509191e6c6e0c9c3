"""A tracker with a thread of its own writes the same, in the same order, and makes nobody wait."""

import threading
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from tiny_study import FinishedStudy

from benchmark.records import TrialRecord
from benchmark.tracking import BackgroundTracker, Tracker


def tell(tracker: Tracker, finished: FinishedStudy) -> list[str]:
    """Everything that a study of one variant tells; gives back the runs' labels."""
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
    tracker.on_study_end()
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
