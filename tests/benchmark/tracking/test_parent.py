from dataclasses import replace

import pytest

from benchmark.tracking.parent import COLOURS, open_parent, summary


def test_summary_takes_mean_and_sample_deviation_of_complete_runs(record):
    finals = [
        replace(record, rungs=(replace(record.rungs[1], scores={"fid": fid, "kid": 0.25}),))
        for fid in (10.0, 20.0, 60.0)
    ]
    failed = replace(record, state="diverged")
    # mean 30; ((-20)^2 + (-10)^2 + 30^2) / 2 = 700
    assert summary([*finals, failed], "test") == {
        **{"test/fid": 30.0, "test/kid": 0.25},
        **{"test_std/fid": pytest.approx(700**0.5), "test_std/kid": 0.0},
    }


def test_one_run_has_no_deviation_and_none_has_no_mean(record):
    assert summary([record], "test") == {"test/fid": 40.0, "test/recall": 0.5}
    assert summary([replace(record, state="failed")], "test") == {}


def test_parents_differ_in_colour_and_get_a_late_description(client, experiment_id, spec):
    first = open_parent(client, experiment_id, spec, "dcgan", {})
    second = open_parent(client, experiment_id, spec, "wgan", {"loss": "wasserstein"})
    again = open_parent(client, experiment_id, spec, "dcgan", {"loss": "hinge"})
    assert again.run_id == first.run_id
    colours = [client.get_run(run.run_id).data.tags["mlflow.runColor"] for run in (first, second)]
    assert colours == list(COLOURS[:2])
    data = client.get_run(first.run_id).data
    assert data.params == {
        **{"variant": "dcgan", "kind": "variant", "loss": "hinge"},
        **{"dataset": "digits", "batch_size": "64", "steps": "1000", "extractor": "digits-cnn"},
    }
    assert data.tags["mlflow.note.content"].endswith("\n\n- **loss**: hinge")
