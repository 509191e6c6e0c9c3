"""What every run can be grouped and found by, also where an earlier release recorded it."""

from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from benchmark.environment import code_version
from benchmark.paths import Paths
from benchmark.records import TAG_KIND, Protocol, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking import Tracker
from benchmark.tracking.source import source_tags
from ganzoo.registry import VARIANTS

PARTS = VARIANTS["dcgan"].parts


@pytest.fixture
def tracker(spec: Spec, paths: Paths, protocol: Protocol, tmp_path: Path) -> Tracker:
    made = Tracker(spec, paths, None, pytest.fail)
    made.start_study(protocol, {}, tmp_path / "none.png")
    made.on_variant_start("dcgan", PARTS)
    return made


def only(client: MlflowClient, spec: Spec, kind: str) -> Run:
    experiment = client.get_experiment_by_name(spec.study_id)
    (run,) = client.search_runs([experiment.experiment_id], f"tags.{TAG_KIND} = '{kind}'")
    return run


def test_trials_and_parents_are_grouped_by_the_same_names(
    tracker: Tracker, record: TrialRecord, client: MlflowClient, spec: Spec, tmp_path: Path
) -> None:
    tracker.on_run_end(record, tmp_path)
    wanted = {"architecture": "dcgan", "loss": PARTS["loss"], "penalty": "none", "batch_size": "64", "steps": "1000"}
    for run in (only(client, spec, "trial"), only(client, spec, "variant")):
        assert wanted.items() <= run.data.params.items()
        assert source_tags(code_version()).items() <= run.data.tags.items()
        assert run.info.user_id == run.data.tags.get("mlflow.user", "")


def test_a_run_has_no_message_until_it_was_interrupted(
    tracker: Tracker, record: TrialRecord, client: MlflowClient, spec: Spec, tmp_path: Path
) -> None:
    tracker.on_run_end(record, tmp_path)
    assert "message" not in only(client, spec, "trial").data.tags


def test_a_run_of_an_earlier_release_gets_todays_names_once(
    tracker: Tracker, record: TrialRecord, client: MlflowClient, spec: Spec, paths: Paths
) -> None:
    """As the release before recorded it: `eval/*` and `final/*`, without groups, user and source."""
    folder = paths.work(spec.study_id) / record.config.label
    folder.mkdir(parents=True)
    record.write(folder)
    experiment = client.get_experiment_by_name(spec.study_id)
    identity = {"variant": "dcgan", "kind": "trial", "number": "3", "state": "complete"}
    before = client.create_run(experiment.experiment_id, run_name=record.config.label, tags=identity)
    for name, value in {"variant": "dcgan", "kind": "trial", "number": "3", "seed": "77"}.items():
        client.log_param(before.info.run_id, name, value)
    client.log_metric(before.info.run_id, "eval/fid", 80.0, step=10)
    client.log_metric(before.info.run_id, "final/fid", 40.0)
    client.log_text(before.info.run_id, record.to_json(), "record.json")
    client.set_terminated(before.info.run_id, "FINISHED")

    tracker.sync([folder])
    run = only(client, spec, "trial")
    assert (run.info.run_id, run.info.status) == (before.info.run_id, "FINISHED")
    assert run.data.params["loss"] == PARTS["loss"]
    assert (run.data.metrics["final/fid"], run.data.metrics["validation/fid"]) == (40.0, 40.0)
    steps = [(p.step, p.value) for p in client.get_metric_history(run.info.run_id, "eval_validation/fid")]
    assert steps == [(10, 80.0), (20, 40.0)]
    assert tracker.sent == 1
    tracker.sync([folder])
    assert tracker.sent == 1


def test_samples_of_the_machine_go_to_runs_under_way_and_go_on_after_a_crash(
    tracker: Tracker, record: TrialRecord, client: MlflowClient, spec: Spec, paths: Paths, tmp_path: Path
) -> None:
    tracker.on_sample({"system/cpu_utilization_percentage": 1.0})  # when no run is under way
    tracker.on_run_start(record.config, record.protocol)
    for value in (20.0, 30.0):
        tracker.on_sample({"system/cpu_utilization_percentage": value, "system/disk_usage_megabytes": 5.0})
    again = Tracker(spec, paths, None, pytest.fail)
    again.start_study(record.protocol, {}, tmp_path / "none.png")
    again.on_run_start(record.config, record.protocol)
    again.on_sample({"system/cpu_utilization_percentage": 40.0, "system/disk_usage_megabytes": 5.0})
    again.on_run_end(record, tmp_path)
    again.on_sample({"system/cpu_utilization_percentage": 50.0})
    run = only(client, spec, "trial")
    history = client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")
    assert sorted((point.step, point.value) for point in history) == [(0, 20.0), (1, 30.0), (2, 40.0)]
    assert "system/cpu_utilization_percentage" not in only(client, spec, "variant").data.metrics
