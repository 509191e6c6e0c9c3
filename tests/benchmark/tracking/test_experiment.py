import json
from dataclasses import asdict

from benchmark.agreement import Agreement, CrossCheck
from benchmark.tracking.experiment import Experiment
from benchmark.tracking.view import LEADERBOARD_TAG, decode

BASELINE = {"test": {"floor": {"fid": 13.25}, "noise": {"fid": 1316.0}}}


def test_an_experiment_is_opened_once_and_tells_what_is_seen(client, spec, protocol, tmp_path):
    experiment = Experiment(spec, protocol, BASELINE, (tmp_path / "artifacts").as_uri())
    first = experiment.open(client)
    assert experiment.open(client) == first
    found = client.get_experiment(first)
    assert found.name == spec.study_id
    assert found.artifact_location == (tmp_path / "artifacts").as_uri()
    assert json.loads(found.tags["spec"]) == spec.model_dump(mode="json")
    assert json.loads(found.tags["protocol"]) == asdict(protocol)
    assert json.loads(found.tags["baseline"]) == BASELINE
    assert found.tags["study_id"] == spec.study_id
    assert decode(found.tags[LEADERBOARD_TAG])["searchFilter"] == "tags.kind = 'variant'"
    assert "floor: FID 13.25; noise: FID 1316" in found.tags["mlflow.note.content"]


def test_an_experiment_that_was_deleted_comes_back(client, spec, protocol):
    experiment = Experiment(spec, protocol, BASELINE, None)
    identity = experiment.open(client)
    client.delete_experiment(identity)
    assert experiment.open(client) == identity
    assert client.get_experiment(identity).lifecycle_stage == "active"


def test_a_changed_tag_is_written_again(client, spec, protocol):
    Experiment(spec, protocol, {}, None).open(client)
    identity = Experiment(spec, protocol, BASELINE, None).open(client)
    assert json.loads(client.get_experiment(identity).tags["baseline"]) == BASELINE


def test_what_another_library_finds_is_told_where_it_was_asked(client, spec, protocol):
    check = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(13.25, 13.25)})
    found = client.get_experiment(Experiment(spec, protocol, BASELINE, None, check).open(client))
    assert CrossCheck.from_json(found.tags["cross_check"]) == check
    assert "torchmetrics 1.9.0 agrees: FID exactly." in found.tags["mlflow.note.content"]
    assert "cross_check" not in Experiment(spec, protocol, BASELINE, None).tags()
