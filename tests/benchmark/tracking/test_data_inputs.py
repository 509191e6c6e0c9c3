import hashlib
import json
from dataclasses import replace

import mlflow.data
import numpy as np
import pytest
from mlflow.data.schema import TensorDatasetSchema
from mlflow.types.schema import Schema, TensorSpec

from benchmark.tracking.child import open_child
from benchmark.tracking.data_inputs import digest_of, log_data
from benchmark.tracking.runs import OpenRun


@pytest.fixture
def known(protocol):
    return replace(protocol, real_digest="feedfacecafebeef")


def contexts(client, run_id):
    """(split, digest) of each input of a run, by its context."""
    inputs = client.get_run(run_id).inputs.dataset_inputs
    return {
        each.tags[0].value: (json.loads(each.dataset.profile)["split"], each.dataset.digest)
        for each in inputs
        if each.tags[0].key == "mlflow.data.context"
    }


def test_the_digest_is_that_of_the_images_where_they_are_known(known, protocol):
    words = hashlib.sha256(b"digits/8/train").hexdigest()[:16]
    assert (digest_of(known, "validation"), digest_of(known, "train")) == ("feedfacecafebeef", words)
    assert digest_of(protocol, "validation") == hashlib.sha256(b"digits/8/validation").hexdigest()[:16]


def test_both_parts_are_inputs_once(client, experiment_id, known):
    run_id = client.create_run(experiment_id).info.run_id
    for _ in range(2):
        log_data(client, run_id, "train", known)
    assert len(client.get_run(run_id).inputs.dataset_inputs) == 2
    assert contexts(client, run_id) == {
        "training": ("train", digest_of(known, "train")),
        "evaluation": ("validation", "feedfacecafebeef"),
    }


def test_final_runs_have_the_training_data_of_trials_and_another_split(client, experiment_id, known):
    runs = [client.create_run(experiment_id).info.run_id for _ in range(2)]
    log_data(client, runs[0], "train", known)
    log_data(client, runs[1], "train", replace(known, split="test", real_digest="0123456789abcdef", real_images=450))
    trial, final = (contexts(client, run_id) for run_id in runs)
    assert trial["training"] == final["training"]
    assert (trial["evaluation"][0], final["evaluation"]) == ("validation", ("test", "0123456789abcdef"))


def test_mlflow_understands_what_is_logged(client, experiment_id, known):
    run_id = client.create_run(experiment_id).info.run_id
    log_data(client, run_id, "train", known)
    inputs = client.get_run(run_id).inputs.dataset_inputs
    expected = TensorDatasetSchema(Schema([TensorSpec(np.dtype("uint8"), (-1, -1, 8, 8))]))
    for each in inputs:
        assert each.dataset.name == "digits"
        assert TensorDatasetSchema.from_dict(json.loads(each.dataset.schema)) == expected
        assert mlflow.data.get_source(each).to_dict()["tags"]["dataset"] == "digits"
    profiles = {each.tags[0].value: json.loads(each.dataset.profile) for each in inputs}
    assert profiles["evaluation"] == {"split": "validation", "resolution": 8, "images": 360}
    assert profiles["training"] == {"split": "train", "resolution": 8}
    for condition in (
        "dataset.name = 'digits'",
        "dataset.context = 'evaluation'",
        "dataset.digest = 'feedfacecafebeef'",
    ):
        assert [run.info.run_id for run in client.search_runs([experiment_id], condition)] == [run_id]


def test_a_folder_of_pictures_is_a_local_source(client, experiment_id, known):
    run_id = client.create_run(experiment_id).info.run_id
    log_data(client, run_id, "train", replace(known, dataset="folder:pictures/cats"))
    sources = [mlflow.data.get_source(each) for each in client.get_run(run_id).inputs.dataset_inputs]
    assert [source.uri for source in sources] == ["pictures/cats"] * 2


def test_a_child_run_has_its_data_from_the_start(client, experiment_id, spec, known, trial):
    parent = client.create_run(experiment_id)
    for _ in range(2):
        run = open_child(client, spec, (experiment_id, OpenRun(parent.info.run_id)), trial, known)
    assert contexts(client, run.run_id).keys() == {"training", "evaluation"}
