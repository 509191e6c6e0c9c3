from dataclasses import replace

from benchmark.records import State
from benchmark.tracking.child import STATUSES, end_child, identity, open_child, samples_file
from benchmark.tracking.runs import OpenRun


def test_every_state_has_a_status_and_only_what_went_wrong_is_red():
    assert set(STATUSES) == set(State.__args__)
    assert {state for state, status in STATUSES.items() if status != "FINISHED"} == {
        "diverged",
        "failed",
        "interrupted",
    }


def test_names(trial):
    assert identity(trial) == {"variant": "dcgan", "kind": "trial", "number": "3"}
    assert samples_file(250) == "samples/step-000250.png"


def test_a_record_without_files_is_sent(client, experiment_id, spec, record, tmp_path):
    parent = client.create_run(experiment_id)
    run = open_child(
        client, spec, (experiment_id, OpenRun(parent.info.run_id, colour="#0072b2")), record.config, record.protocol
    )
    end_child(client, run, replace(record, curves={}, rungs=record.rungs[:1]), tmp_path)
    stored = client.get_run(run.run_id)
    assert stored.data.tags["mlflow.runColor"] == "#0072b2"
    assert stored.data.metrics == {
        **{
            "eval_validation/fid": 80.0,
            "eval_validation/recall": 0.25,
            "validation/fid": 80.0,
            "validation/recall": 0.25,
        },
        "resources/train_seconds": 1.5,
    }
    assert {file.path for file in client.list_artifacts(run.run_id)} == {"spec.json", "environment.json", "record.json"}
