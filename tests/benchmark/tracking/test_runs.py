import math

import pytest

from benchmark.tracking import runs
from benchmark.tracking.runs import (
    all_runs,
    find_run,
    is_delivered,
    log_params,
    log_points,
    log_tags,
    number_text,
    open_run,
)

IDENTITY = {"variant": "dcgan", "kind": "trial", "number": "0"}


@pytest.mark.parametrize(
    ("value", "text"), [(5.0, "5"), (0.5, "0.5"), (1e-5, "1e-05"), (0.1 + 0.2, "0.30000000000000004")]
)
def test_number_text_loses_nothing(value, text):
    assert number_text(value) == text
    assert float(text) == value


def test_points_are_logged_once_across_openings_and_only_if_finite(client, experiment_id):
    run = open_run(client, experiment_id, "one", IDENTITY, {})
    log_points(client, run, [("eval_test/fid", 1, 3.0), ("eval_test/fid", 2, math.inf)])
    again = open_run(client, experiment_id, "one", IDENTITY, {})
    assert again.run_id == run.run_id
    assert again.logged == {("eval_test/fid", 1)}
    log_points(client, again, [("eval_test/fid", 1, 3.0), ("eval_test/fid", 3, 2.0)])
    assert [(m.step, m.value) for m in client.get_metric_history(run.run_id, "eval_test/fid")] == [(1, 3.0), (3, 2.0)]


def test_more_points_than_one_batch_holds(client, experiment_id):
    run = open_run(client, experiment_id, "one", IDENTITY, {})
    log_points(client, run, [("train/loss_generator", step, float(step)) for step in range(2500)])
    history = client.get_metric_history(run.run_id, "train/loss_generator")
    assert sorted(point.value for point in history) == [float(step) for step in range(2500)]


def test_parameters_stay_and_tags_change(client, experiment_id):
    run = open_run(client, experiment_id, "one", IDENTITY, {"state": "failed"})
    log_params(client, run, {"seed": "1"})
    log_params(client, open_run(client, experiment_id, "one", IDENTITY, {}), {"seed": "2", "beta1": "0"})
    log_tags(client, run, {"state": "complete"})
    data = client.get_run(run.run_id).data
    assert data.params == {"seed": "1", "beta1": "0"}
    assert data.tags["state"] == "complete"


def test_runs_are_found_by_what_they_are(client, experiment_id):
    made = [open_run(client, experiment_id, "one", IDENTITY | {"number": str(number)}, {}) for number in range(3)]
    assert find_run(client, experiment_id, IDENTITY | {"number": "2"}).info.run_id == made[2].run_id
    assert find_run(client, experiment_id, IDENTITY | {"number": "3"}) is None
    assert {run.info.run_id for run in all_runs(client, experiment_id, {"kind": "trial"})} == {
        run.run_id for run in made
    }


def test_no_page_is_left_out_or_told_twice(client, experiment_id, monkeypatch):
    monkeypatch.setattr(runs, "RUNS_A_PAGE", 2)
    written = [open_run(client, experiment_id, "one", IDENTITY | {"number": str(number)}, {}) for number in range(5)]
    found = [run.info.run_id for run in all_runs(client, experiment_id, {})]
    assert sorted(found) == sorted(run.run_id for run in written)


def test_a_run_is_delivered_when_it_has_a_state_and_has_ended(client, experiment_id):
    run = open_run(client, experiment_id, "one", IDENTITY, {"state": "complete"})
    assert not is_delivered(client.get_run(run.run_id))
    client.set_terminated(run.run_id, "FINISHED")
    assert is_delivered(client.get_run(run.run_id))
    killed = open_run(client, experiment_id, "two", IDENTITY | {"number": "1"}, {})
    client.set_terminated(killed.run_id, "KILLED")
    assert not is_delivered(client.get_run(killed.run_id))
