"""A study that was killed half way and run again: it ends as if nothing had happened."""

import torch
from mlflow import MlflowClient
from safetensors.torch import load_file
from tiny_study import FinishedStudy, ResumedStudy

from benchmark.records import GENERATOR_FILE, TrialRecord
from benchmark.spec import Spec


def decisive(record: TrialRecord) -> tuple[object, ...]:
    """All of a record that depends neither on the clock nor on the current directory."""
    steps = {name: value for name, value in record.costs.items() if not name.endswith("_seconds")}
    # The version of the code is that of the current directory, and processes have different ones. Gradients are bit for
    # bit the same whichever way they come by, and when recordings begin to be played back depends on who trained.
    environment = record.environment | {"code": "", "gradients": ""}
    return record.config, record.state, record.protocol, record.rungs, record.curves, steps, environment


def test_a_second_process_is_refused_by_name(resumed: ResumedStudy, tiny: Spec) -> None:
    pid = resumed.crash.pid
    assert resumed.crash.refusal == f"study {tiny.study_id}: process {pid} is running it; wait for it or end it"


def test_a_killed_study_goes_on_to_the_same_end(resumed: ResumedStudy, finished: FinishedStudy) -> None:
    work = resumed.paths.work(finished.spec.study_id)
    labels = sorted(folder.parent.name for folder in work.glob("*/record.json"))
    assert len(resumed.crash.records) < len(labels)
    expected = [r for name in finished.sound for kind in ("final", "trial") for r in finished.records(name, kind)]
    assert labels == [record.config.label for record in expected]
    for record in expected:
        folder, other = finished.work / record.config.label, work / record.config.label
        again = TrialRecord.read(other)
        assert again is not None
        assert decisive(again) == decisive(record)
        assert (folder / record.rungs[-1].samples).read_bytes() == (other / record.rungs[-1].samples).read_bytes()
        if record.state == "complete":
            weights, others = load_file(folder / GENERATOR_FILE), load_file(other / GENERATOR_FILE)
            assert weights.keys() == others.keys()
            assert all(torch.equal(value, others[name]) for name, value in weights.items())
    assert not list(work.glob("*/checkpoint.safetensors"))


def test_what_had_ended_before_the_crash_is_not_run_again(resumed: ResumedStudy) -> None:
    observer, before = resumed.observer, resumed.crash.records
    assert before.isdisjoint(observer.begun)
    assert {record.config.label for record in observer.records} == before | set(observer.begun)
    assert len(observer.records) == 12
    # A run with a checkpoint tells again what it had measured; nobody waits for it a second time.
    assert all((label, 10) in observer.rungs for label in resumed.crash.checkpoints - before)


def test_a_killed_study_has_every_run_in_mlflow_once(resumed: ResumedStudy, finished: FinishedStudy) -> None:
    client = MlflowClient(tracking_uri=f"sqlite:///{resumed.paths.runs / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    runs = client.search_runs([experiment.experiment_id], "tags.kind != 'report'", max_results=1000)
    assert sorted(str(run.info.run_name) for run in runs) == sorted(
        name for name in finished.mlflow_runs() if not name.startswith(finished.failing)
    )
    assert {run.info.status for run in runs} == {"FINISHED"}
    for run in runs:
        if run.data.tags["kind"] == "final":
            record = finished.record(str(run.info.run_name))
            assert run.data.metrics["test/fid"] == record.final_scores["fid"]
            assert [p.step for p in client.get_metric_history(run.info.run_id, "eval_test/fid")] == [10, 20]
