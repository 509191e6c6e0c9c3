"""The generator of a final run as a model that MLflow knows: found or made, finished, and with its scores.

The weights lie beside the run's other files as well, where those of trials and of older studies lie: whoever looks for
a run's weights looks in one place.
"""

import math
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from benchmark.records import (
    GENERATOR_FILE,
    TAG_KIND,
    TAG_NUMBER,
    TAG_STUDY,
    TAG_VARIANT,
    TrialRecord,
)
from benchmark.tracking.data_inputs import digest_of
from benchmark.tracking.model_folder import Header, read_header, write_model_folder
from benchmark.tracking.runs import OpenRun
from benchmark.tracking.score_names import once

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Run

MODEL_TYPE = "generator"
READY: Literal["READY"] = "READY"
TAGS = (TAG_STUDY, TAG_VARIANT, TAG_KIND, TAG_NUMBER)


def log_model(client: "MlflowClient", run: OpenRun, record: TrialRecord, folder: Path) -> None:
    """Log the generator of a complete final run and its final scores, less what MLflow has.

    Args:
        client: Where to.
        run: The run; its final scores count as logged afterwards.
        record: What it left behind.
        folder: Its folder; without weights there is no model.
    """
    weights = folder / GENERATOR_FILE
    header = read_header(weights)
    if header is None:
        return
    stored = client.get_run(run.run_id)
    model = find_model(client, stored) or _create(client, stored)
    if model.status != READY:
        _finish(client, stored, model, weights, header)
    _log_scores(client, run, record, model.model_id)


def find_model(client: "MlflowClient", run: "Run") -> "LoggedModel | None":
    """The model of a run, finished or not; None if it has none. Earlier releases called each "generator"."""
    condition = f"source_run_id = '{run.info.run_id}'"
    found = client.search_logged_models([run.info.experiment_id], condition, max_results=1)
    return found[0] if found else None


def model_name(variant: str) -> str:
    """What a variant's generators are called, as in runs:/RUN/dcgan; what MLflow takes in no name becomes a dash."""
    return re.sub(r"[^A-Za-z0-9_+-]+", "-", variant)


def _create(client: "MlflowClient", run: "Run") -> "LoggedModel":
    return client.create_logged_model(
        run.info.experiment_id,
        name=model_name(run.data.tags[TAG_VARIANT]),
        source_run_id=run.info.run_id,
        tags={name: run.data.tags[name] for name in TAGS if name in run.data.tags},
        params=run.data.params,
        model_type=MODEL_TYPE,
    )


def _finish(client: "MlflowClient", run: "Run", model: "LoggedModel", weights: Path, header: Header) -> None:
    """Do all that comes between creating a model and its being ready; may be repeated if it was cut short."""
    from mlflow.entities import LoggedModelOutput

    outputs = run.outputs.model_outputs if run.outputs else []
    if model.model_id not in {output.model_id for output in outputs}:
        client.log_outputs(run.info.run_id, [LoggedModelOutput(model.model_id, step=0)])
    with TemporaryDirectory() as folder:
        write_model_folder(Path(folder), model, weights, header)
        client.log_model_artifacts(model.model_id, folder)
    client.log_model_artifact(model.model_id, str(weights))
    client.finalize_logged_model(model.model_id, READY)


def _log_scores(client: "MlflowClient", run: OpenRun, record: TrialRecord, model_id: str) -> None:
    """Log the final scores on the run and on its model at once, with the data that they were measured on."""
    from mlflow.entities import Metric

    now, protocol = time.time_ns() // 1_000_000, record.protocol
    digest = digest_of(protocol, protocol.split)
    scores = {
        f"{once(protocol.split)}/{name}": value for name, value in record.final_scores.items() if math.isfinite(value)
    }
    metrics = [
        Metric(name, value, now, 0, model_id, protocol.dataset, digest, run.run_id)
        for name, value in scores.items()
        if (name, 0) not in run.logged
    ]
    client.log_batch(run.run_id, metrics=metrics, synchronous=True)
    run.logged.update((name, 0) for name in scores)
