import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tiny_study import FinishedStudy

from benchmark.commands.sample import draw
from benchmark.errors import UserError
from benchmark.records import TAG_KIND, TAG_NUMBER
from benchmark.tracking import import_client
from benchmark.tracking.registry import register, registered_name
from benchmark.tracking.saved_generator import find_generator


def test_a_generator_gets_one_version_and_a_second_call_none(finished: FinishedStudy) -> None:
    lines = register("gan-shallow", finished.spec, finished.paths, finished.uri)
    again = register("gan-shallow", finished.spec, finished.paths, finished.uri)
    name = registered_name(finished.spec, "gan-shallow")
    assert f"registered as {name}, version 1" in lines[0]
    assert f"is registered already: {name}, version 1" in again[0]
    client = import_client()(tracking_uri=finished.uri, registry_uri=finished.uri)
    (version,) = client.search_model_versions(f"name = '{name}'")
    assert version.tags["study_id"] == finished.spec.study_id
    assert float(version.tags["fid"]) > 0
    assert "mlflow models predict" in lines[-1]


def test_unknown_variants_are_named_beside_the_known(finished: FinishedStudy) -> None:
    with pytest.raises(UserError, match=r"'hinge': no complete final run in .*; there are: gan-shallow, wgan"):
        register("hinge", finished.spec, finished.paths, finished.uri)


def test_names_have_only_what_mlflow_takes(finished: FinishedStudy) -> None:
    assert registered_name(finished.spec, "a/b:c d") == f"{finished.spec.name}-a-b-c-d"


def test_a_study_that_never_ran_is_one_clear_line(finished: FinishedStudy, tmp_path: Path) -> None:
    other = finished.spec.model_copy(update={"seed": 99})
    study = finished.spec.study_id
    told = f"MLflow has no runs of study '{other.study_id}': {study} has it: --study {study}$"
    with pytest.raises(UserError, match=told):
        register("gan-shallow", other, finished.paths, finished.uri)
    for name in ("hinge", "all"):
        with pytest.raises(UserError, match=f"MLflow has no runs of study '{other.study_id}': run the study first$"):
            register(name, other, finished.paths, finished.uri)


@pytest.mark.parametrize("number", [None, "first", "-1"])
def test_a_run_without_a_number_is_one_clear_line(number: str | None, finished: FinishedStudy, tmp_path: Path) -> None:
    """Somebody has edited its tag in MLflow."""
    with closing(sqlite3.connect(finished.uri.removeprefix("sqlite:///"))) as old:
        old.execute("vacuum into ?", (str(tmp_path / "mlflow.db"),))
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    client = import_client()(tracking_uri=uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    (run, *_) = client.search_runs([experiment.experiment_id], f"tags.{TAG_KIND} = 'final'")
    if number is None:
        client.delete_tag(run.info.run_id, TAG_NUMBER)
    else:
        client.set_tag(run.info.run_id, TAG_NUMBER, number)
    with pytest.raises(UserError, match=rf"a run of study '{finished.spec.study_id}' without a number \(.*: delete it"):
        register("wgan", finished.spec, finished.paths, uri)


@pytest.mark.long
def test_mlflow_predicts_images_with_it(finished: FinishedStudy, tmp_path: Path) -> None:
    """The command that people type; loading torch in a process of its own takes seconds."""
    register("wgan", finished.spec, finished.paths, finished.uri)
    name = registered_name(finished.spec, "wgan")
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps({"dataframe_records": [{"seed": 0}, {"seed": 1}, {"seed": 0}]}), encoding="utf-8")
    words = ["models", "predict", "-m", f"models:/{name}/1", "--env-manager", "local", "-i", str(rows)]
    command = [sys.executable, "-m", "mlflow", *words, "-o", str(tmp_path / "images.json")]
    environment = os.environ | {"MLFLOW_TRACKING_URI": finished.uri, "MLFLOW_REGISTRY_URI": finished.uri}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    images = np.array(json.loads((tmp_path / "images.json").read_text(encoding="utf-8"))["predictions"])
    assert images.shape == (3, 8, 8, 1)
    assert (images[0] == images[2]).all()
    assert (images[0] != images[1]).any()
    record = find_generator("wgan", finished.spec, finished.paths, finished.uri)
    drawn = draw(record, 1, 1).permute(0, 2, 3, 1).numpy()
    assert (images[1:2] == drawn).all()
