"""The data set of a run as MLflow's data set logging has it: what was trained on, and what was scored against."""

import hashlib
import json
from typing import TYPE_CHECKING

from benchmark.records import Protocol, Split

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput

TRAINING, EVALUATION = "training", "evaluation"
CATALOG = "benchmark.datasets.catalog"


def log_data(client: "MlflowClient", run_id: str, train_split: Split, protocol: Protocol) -> None:
    """Log the two parts of the data set as inputs of a run; MLflow passes over those that it has.

    Args:
        client: Where to.
        run_id: Whose inputs they are.
        train_split: What is trained on.
        protocol: What is scored against, and the data set of both.
    """
    parts = {TRAINING: train_split, EVALUATION: protocol.split}
    client.log_inputs(run_id, [_input(protocol, split, context) for context, split in parts.items()])


def digest_of(protocol: Protocol, split: Split) -> str:
    """What tells a part of a data set from every other, 16 hex digits.

    That of its images where the protocol knows it, which is for the split that is scored against; else that of its
    name, side and split.
    """
    if split == protocol.split and protocol.real_digest:
        return protocol.real_digest
    name = f"{protocol.dataset}/{protocol.resolution}/{split}"
    return hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]


def _input(protocol: Protocol, split: Split, context: str) -> "DatasetInput":
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

    source_type, source = _source(protocol.dataset)
    dataset = Dataset(
        name=protocol.dataset,
        digest=digest_of(protocol, split),
        source_type=source_type,
        source=json.dumps(source),
        schema=_schema(protocol.resolution),
        profile=json.dumps(_profile(protocol, split)),
    )
    return DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, context)])


def _source(name: str) -> tuple[str, dict[str, object]]:
    """MLflow's type of source and what it wants to know of one: a folder, or the code that has the data set."""
    from benchmark.datasets.folder import PREFIX

    if name.startswith(PREFIX):
        return "local", {"uri": name.removeprefix(PREFIX)}
    return "code", {"tags": {"mlflow.source.name": CATALOG, "dataset": name}}


def _schema(side: int) -> str:
    """Images (N, C, side, side), uint8, in MLflow's words; how many channels they have is not recorded."""
    images = {"type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": [-1, -1, side, side]}}
    return json.dumps({"mlflow_tensorspec": {"features": json.dumps([images]), "targets": None}})


def _profile(protocol: Protocol, split: Split) -> dict[str, object]:
    known = {"images": protocol.real_images} if split == protocol.split else {}
    return {"split": split, "resolution": protocol.resolution, **known}
