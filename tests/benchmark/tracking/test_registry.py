import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_study import FinishedStudy

from benchmark.commands.sample import draw
from benchmark.errors import UserError
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
    with pytest.raises(UserError, match="MLflow has no runs of study"):
        register("gan-shallow", other, finished.paths, finished.uri)


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
