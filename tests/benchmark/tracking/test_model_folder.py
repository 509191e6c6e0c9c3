import json
from importlib.metadata import version

import numpy as np
import pytest
import yaml
from mlflow.entities import LoggedModel
from mlflow.models import Model
from mlflow.types.schema import DataType
from safetensors.torch import save_file
from torch import zeros
from untrained import write_networks

from benchmark.tracking.model_folder import Header, environment_files, example, read_header, write_model_folder
from benchmark.training.model import ImageShape

PLAIN = Header("dcgan", 3, 32, 10)
CONDITIONAL = Header("cgan-pd", 1, 8, 3)


@pytest.fixture
def known() -> LoggedModel:
    return LoggedModel("7", "m-0123", "generator", "file:///somewhere/m-0123/artifacts", 1, 2, source_run_id="abc")


def test_a_header_says_what_the_networks_were_built_for(tmp_path):
    path = write_networks(tmp_path, "cgan-pd", ImageShape(channels=1, resolution=8, classes=3))
    assert read_header(path) == CONDITIONAL
    assert (CONDITIONAL.conditional, PLAIN.conditional) == (True, False)


def test_what_is_no_generator_has_no_header(tmp_path):
    assert read_header(tmp_path / "missing.safetensors") is None
    (tmp_path / "broken.safetensors").write_bytes(b"weights")
    save_file({"weight": zeros(1)}, tmp_path / "foreign.safetensors")
    save_file({"weight": zeros(1)}, tmp_path / "odd.safetensors", {"variant": "dcgan", "channels": "many"})
    for name in ("broken", "foreign", "odd"):
        assert read_header(tmp_path / f"{name}.safetensors") is None


@pytest.mark.parametrize(
    ("header", "columns", "shape"),
    [
        (PLAIN, [("seed", True)], (-1, 32, 32, 3)),
        (CONDITIONAL, [("seed", True), ("label", False)], (-1, 8, 8, 1)),
    ],
)
def test_mlflow_reads_the_folder(header, columns, shape, known, tmp_path):
    weights = tmp_path / "generator.safetensors"
    weights.write_bytes(b"0123456789")
    write_model_folder(tmp_path, known, weights, header)
    model = Model.load(tmp_path)

    assert (model.model_id, model.run_id, model.artifact_path) == ("m-0123", "abc", known.artifact_location)
    assert model.model_size_bytes == 10
    assert (
        model.flavors["python_function"].items()
        >= {
            "loader_module": "benchmark.tracking.generator_model",
            "data": "generator.safetensors",
            "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        }.items()
    )
    assert [(column.name, column.required) for column in model.signature.inputs] == columns
    assert {column.type for column in model.signature.inputs} == {DataType.long}
    (images,) = model.signature.outputs
    assert (images.type, images.shape) == (np.dtype("uint8"), shape)


def test_the_example_is_read_by_mlflow_and_served_as_it_stands(known, tmp_path):
    weights = tmp_path / "generator.safetensors"
    weights.touch()
    write_model_folder(tmp_path, known, weights, CONDITIONAL)
    model = Model.load(tmp_path)
    rows = model.load_input_example(str(tmp_path))
    assert rows.to_dict("list") == {"seed": [0, 0, 0], "label": [0, 1, 2]}
    assert json.loads(model.get_serving_input(str(tmp_path))) == {"dataframe_split": example(CONDITIONAL)}
    assert example(PLAIN) == {"columns": ["seed"], "data": [[0], [1], [2], [3]]}


def test_the_environment_needs_this_package():
    files = environment_files()
    needs = [f"ganbench=={version('ganbench')}", f"mlflow=={version('mlflow')}"]
    assert files["requirements.txt"].splitlines() == needs
    python = yaml.safe_load(files["python_env.yaml"])
    assert python["dependencies"] == ["-r requirements.txt"]
    conda = yaml.safe_load(files["conda.yaml"])
    assert conda["dependencies"] == [f"python={python['python']}", "pip", {"pip": needs}]
