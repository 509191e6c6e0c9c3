"""The files of a generator's MLflow model, all but the weights.

`mlflow.pyfunc.log_model` would find them out by loading the model in processes of its own, which takes seconds a run.
"""

import json
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.digests import check_whole
from benchmark.records import GENERATOR_FILE

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel
    from mlflow.models import ModelSignature

LOADER = "benchmark.tracking.generator_model"
MODEL_FILE = "MLmodel"
EXAMPLE_FILE = "input_example.json"
SERVING_FILE = "serving_input_example.json"
REQUIREMENTS_FILE = "requirements.txt"
PYTHON_FILE = "python_env.yaml"
CONDA_FILE = "conda.yaml"
EXAMPLE_ROWS = 4
# As MLflow's own `_Example` describes a data frame.
EXAMPLE_INFO = {
    "artifact_path": EXAMPLE_FILE,
    "serving_input_path": SERVING_FILE,
    "type": "dataframe",
    "pandas_orient": "split",
}


@dataclass(frozen=True)
class Header:
    """What a file of weights says of its generator.

    Attributes:
        variant: Name of the variant.
        channels: 1 for grey, 3 for RGB.
        resolution: Side in pixels.
        classes: Number of labels in the data set.
    """

    variant: str
    channels: int
    resolution: int
    classes: int

    @property
    def conditional(self) -> bool:
        """Whether images are drawn of a given class."""
        from ganzoo.registry import find_variant  # imports torch, which the parent of a study has

        return find_variant(self.variant).architecture.conditional


def read_header(weights: Path) -> Header | None:
    """What a file says, without its tensors; None if there is none that is as `write_weights` wrote it."""
    from safetensors import SafetensorError, safe_open

    try:
        check_whole(weights.read_bytes())
        with safe_open(weights, "np") as file:
            metadata = file.metadata() or {}
        numbers = (int(metadata[name]) for name in ("channels", "resolution", "classes"))
        return Header(metadata["variant"], *numbers)
    except (OSError, SafetensorError, LookupError, ValueError):
        return None


def write_model_folder(folder: Path, model: "LoggedModel", weights: Path, header: Header) -> None:
    """Write what `mlflow.pyfunc.load_model` and `mlflow models` ask for beside the weights.

    Args:
        folder: Where to.
        model: What MLflow knows the model by.
        weights: The file of weights, which becomes part of the model under its own name.
        header: What it says.
    """
    from mlflow.models import Model
    from mlflow.pyfunc import add_to_model

    described = Model(
        artifact_path=model.artifact_location,
        run_id=model.source_run_id,
        signature=signature(header),
        saved_input_example_info=EXAMPLE_INFO,
        model_uuid=model.model_id,
        model_size_bytes=weights.stat().st_size,
        model_id=model.model_id,
    )
    add_to_model(  # type: ignore[no-untyped-call]
        described, LOADER, data=GENERATOR_FILE, conda_env=CONDA_FILE, python_env=PYTHON_FILE
    )
    described.save(str(folder / MODEL_FILE))
    rows = example(header)
    examples = {EXAMPLE_FILE: json.dumps(rows), SERVING_FILE: json.dumps({"dataframe_split": rows})}
    for name, text in (examples | environment_files()).items():
        (folder / name).write_text(text, encoding="utf-8")


def signature(header: Header) -> "ModelSignature":
    """Rows of `seed`, and `label` where images are drawn of a class, to images (N, H, W, C)."""
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types.schema import ColSpec, Schema, TensorSpec

    columns: list[ColSpec | TensorSpec] = [ColSpec("long", "seed")]
    if header.conditional:
        columns.append(ColSpec("long", "label", required=False))
    images = TensorSpec(np.dtype(np.uint8), (-1, header.resolution, header.resolution, header.channels))
    return ModelSignature(inputs=Schema(columns), outputs=Schema([images]))


def example(header: Header) -> dict[str, list[Any]]:
    """Some rows as a data frame is written with orient="split"; of a conditional generator, one seed in each class."""
    if header.conditional:
        return {
            "columns": ["seed", "label"],
            "data": [[0, label] for label in range(min(EXAMPLE_ROWS, header.classes))],
        }
    return {"columns": ["seed"], "data": [[seed] for seed in range(EXAMPLE_ROWS)]}


@cache
def environment_files() -> dict[str, str]:
    """What the model needs, as pip, MLflow and conda want it: this package, which brings all else."""
    needs, python = [_pinned("ganbench"), _pinned("mlflow")], platform.python_version()
    pip = "\n".join(f"  - {need}" for need in needs)
    return {
        REQUIREMENTS_FILE: "\n".join(needs) + "\n",
        PYTHON_FILE: f"python: {python}\nbuild_dependencies:\n- pip\ndependencies:\n- -r {REQUIREMENTS_FILE}\n",
        CONDA_FILE: "name: mlflow-env\nchannels:\n- conda-forge\n"
        f"dependencies:\n- python={python}\n- pip\n- pip:\n{pip}\n",
    }


def _pinned(package: str) -> str:
    try:
        return f"{package}=={version(package)}"
    except PackageNotFoundError:  # a checkout that is not installed
        return package
