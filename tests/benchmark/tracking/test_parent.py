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
    assert summary([*finals, failed]) == {
        **{"final/fid": 30.0, "final/kid": 0.25},
        **{"final_std/fid": pytest.approx(700**0.5), "final_std/kid": 0.0},
    }


def test_one_run_has_no_deviation_and_none_has_no_mean(record):
    assert summary([record]) == {"final/fid": 40.0, "final/recall": 0.5}
    assert summary([replace(record, state="failed")]) == {}


def test_parents_differ_in_colour_and_get_a_late_description(client, experiment_id):
    first = open_parent(client, experiment_id, "tiny-0", "dcgan", {})
    second = open_parent(client, experiment_id, "tiny-0", "wgan", {"loss": "wasserstein"})
    again = open_parent(client, experiment_id, "tiny-0", "dcgan", {"loss": "hinge"})
    assert again.run_id == first.run_id
    colours = [client.get_run(run.run_id).data.tags["mlflow.runColor"] for run in (first, second)]
    assert colours == list(COLOURS[:2])
    data = client.get_run(first.run_id).data
    assert data.params == {"variant": "dcgan", "kind": "variant", "loss": "hinge"}
    assert data.tags["mlflow.note.content"].endswith("\n\n- **loss**: hinge")
