"""The generator of a final run as MLflow's model: one a run, whatever happens in between."""

from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from untrained import write_networks

from benchmark.paths import Paths
from benchmark.records import GENERATOR_FILE, Protocol, RungRecord, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking import Tracker
from benchmark.tracking.logged_model import find_model
from benchmark.training.model import ImageShape


@pytest.fixture
def final(trial, rungs: tuple[RungRecord, ...], protocol: Protocol) -> TrialRecord:
    return TrialRecord(replace(trial, kind="final", number=0), "complete", replace(protocol, split="test"), rungs)


@pytest.fixture
def tracker(spec: Spec, paths: Paths, protocol: Protocol, tmp_path: Path) -> Tracker:
    made = Tracker(spec, paths, None, pytest.fail)
    made.start_study(protocol, {}, tmp_path / "none.png")
    made.on_variant_start("dcgan", {"loss": "non-saturating"})
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dcgan-final-0000"
    made.mkdir()
    path = write_networks(made, "dcgan", ImageShape(channels=1, resolution=8, classes=10))
    assert path.name == GENERATOR_FILE
    return made


def models(client: MlflowClient, spec: Spec) -> list:
    experiment = client.get_experiment_by_name(spec.study_id)
    assert experiment is not None
    return list(client.search_logged_models([experiment.experiment_id]))


def test_a_final_run_has_one_model_with_its_scores(
    tracker: Tracker, final: TrialRecord, folder: Path, client: MlflowClient, spec: Spec
) -> None:
    tracker.on_run_end(final, folder)
    tracker.on_run_end(final, folder)
    (model,) = models(client, spec)
    assert (model.name, str(model.status)) == ("dcgan", "READY")
    assert model.tags["variant"] == "dcgan"
    assert {metric.key: metric.value for metric in model.metrics} == {
        f"test/{name}": value for name, value in final.final_scores.items()
    }
    files = {file.path for file in client.list_logged_model_artifacts(model.model_id)}
    assert {"MLmodel", "requirements.txt", "input_example.json", GENERATOR_FILE} <= files


def test_a_trial_has_none_and_neither_has_a_final_run_that_diverged(
    tracker: Tracker, final: TrialRecord, folder: Path, client: MlflowClient, spec: Spec
) -> None:
    tracker.on_run_end(replace(final, config=replace(final.config, kind="trial")), folder)
    tracker.on_run_end(replace(final, state="diverged"), folder)
    assert models(client, spec) == []


def test_what_a_crash_left_unfinished_is_finished(
    tracker: Tracker, final: TrialRecord, folder: Path, client: MlflowClient, spec: Spec
) -> None:
    tracker.on_run_start(final.config, final.protocol)
    experiment = client.get_experiment_by_name(spec.study_id)
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id], "tags.kind = 'final'")
    begun = client.create_logged_model(experiment.experiment_id, name="generator", source_run_id=run.info.run_id)
    tracker.on_run_end(final, folder)
    (model,) = models(client, spec)
    assert (model.model_id, str(model.status)) == (begun.model_id, "READY")
    found = find_model(client, client.get_run(run.info.run_id))
    assert found is not None
    assert found.model_id == begun.model_id
    assert [output.model_id for output in client.get_run(run.info.run_id).outputs.model_outputs] == [begun.model_id]
