"""One run's record as MLflow's parameters, metrics, tags and artifacts."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.digests import is_whole, is_whole_png, tell_damaged
from benchmark.environment import code_version
from benchmark.json_records import to_json
from benchmark.race.searches import search_of
from benchmark.records import (
    DISCRIMINATOR_FILE,
    ENVIRONMENT_FILE,
    GENERATOR_FILE,
    LATENTS_FILE,
    RECORD_FILE,
    SAMPLES,
    SPEC_FILE,
    TAG_KIND,
    TAG_MESSAGE,
    TAG_NUMBER,
    TAG_PROTOCOL,
    TAG_STATE,
    TAG_STUDY,
    TAG_VARIANT,
    Curves,
    Protocol,
    RungRecord,
    State,
    TrialConfig,
    TrialRecord,
)
from benchmark.spec import Spec
from benchmark.tracking.data_inputs import log_data
from benchmark.tracking.logged_model import log_model
from benchmark.tracking.runs import TAG_COLOUR, OpenRun, Point, log_params, log_points, log_tags, number_text, open_run
from benchmark.tracking.score_names import by_step, once
from benchmark.tracking.source import commit_tag, source_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

# MLflow draws KILLED and FAILED alike, in red. A pruned trial is what the search meant to do, so it is no red one.
STATUSES: dict[State, str] = {
    "complete": "FINISHED",
    "pruned": "FINISHED",
    "diverged": "KILLED",
    "failed": "FAILED",
    "interrupted": "KILLED",
}
WEIGHTS = (GENERATOR_FILE, DISCRIMINATOR_FILE, LATENTS_FILE)


TAG_SEARCH = "search"  # which of a variant's repeated searches a run is of, from 0; no run of a single one has it


def samples_file(step: int) -> str:
    """The artifact that holds the sample grid of a step."""
    return f"{SAMPLES}/step-{step:06d}.png"


def identity(config: TrialConfig) -> dict[str, str]:
    """The tags that tell a run from every other run of its experiment."""
    number = str(config.number)
    return {TAG_VARIANT: config.variant, TAG_KIND: config.kind, TAG_NUMBER: number}


def open_child(
    client: "MlflowClient", spec: Spec, where: tuple[str, OpenRun], config: TrialConfig, protocol: Protocol
) -> OpenRun:
    """Find or create the run of an assignment.

    Args:
        client: Where to.
        spec: The study.
        where: Id of the experiment, and the parent run.
        config: What the run was asked for.
        protocol: What its scores mean.
    """
    experiment_id, parent = where
    tags = {
        TAG_STUDY: spec.study_id,
        TAG_PROTOCOL: to_json(protocol),
        "mlflow.parentRunId": parent.run_id,
        TAG_COLOUR: parent.colour,
        **source_tags(code_version()),
    }
    if spec.budget.searches > 1:
        tags[TAG_SEARCH] = str(search_of(config.number))
    run = open_run(client, experiment_id, config.label, identity(config), tags)
    if not run.params:
        client.log_text(run.run_id, spec.model_dump_json(indent=1), SPEC_FILE)
        log_data(client, run.run_id, spec.train_split, protocol)
    # One that an earlier release began has fewer.
    log_params(client, run, parent.groups | _params(config))
    return replace(run, split=protocol.split)


def log_rung(client: "MlflowClient", run: OpenRun, rung: RungRecord, curves: Curves, folder: Path) -> None:
    """Log scores and sample grid of one rung and the curves so far, less what the run has."""
    points = [(f"{by_step(run.split)}/{name}", rung.step, value) for name, value in rung.scores.items()]
    if rung.step not in run.images and is_picture(folder / rung.samples):
        log_samples(client, run.run_id, rung.step, folder / rung.samples)
        run.images.add(rung.step)
    log_points(client, run, [*points, *_train_points(curves)])


def is_picture(path: Path) -> bool:
    """Whether there is a PNG that is whole; one that is not is no loss to scores, and is said."""
    if not path.is_file():
        return False
    whole = is_whole_png(path.read_bytes())
    if not whole:
        tell_damaged(path, "no whole PNG", "MLflow goes without this sample grid")
    return whole


def log_samples(client: "MlflowClient", run_id: str, step: int, samples: Path) -> None:
    """Log a sample grid twice: under its own name, and as MLflow's image charts want it, with a slider over steps."""
    from PIL import Image

    # The one that may be repeated comes first: whether the other is there says whether both are.
    client.log_artifact(run_id, str(samples), SAMPLES)
    with Image.open(samples) as grid:
        client.log_image(run_id, grid, key=SAMPLES, step=step, synchronous=True)


def end_child(client: "MlflowClient", run: OpenRun, record: TrialRecord, folder: Path) -> None:
    """Log what of a record the run has not got, and end it."""
    for rung in record.rungs:
        log_rung(client, run, rung, {}, folder)
    if record.config.kind == "final" and record.state == "complete":
        log_model(client, run, record, folder)
    numbers = {f"{once(run.split)}/{name}": value for name, value in record.final_scores.items()}
    numbers |= {f"resources/{name}": value for name, value in record.costs.items()}
    # Step 0: MLflow draws a metric with a later step as a line, and these are bars.
    log_points(client, run, [*_train_points(record.curves), *((name, 0, value) for name, value in numbers.items())])
    client.log_text(run.run_id, json.dumps(record.environment, indent=1), ENVIRONMENT_FILE)
    client.log_text(run.run_id, record.to_json(), RECORD_FILE)
    for name in WEIGHTS:
        if _is_sendable(folder / name):
            client.log_artifact(run.run_id, str(folder / name))
    # An empty one takes the place of why the run was interrupted before.
    message = {TAG_MESSAGE: record.message[:5000]} if record.message or run.message else {}
    # That which trained it, which may be another than that of the process that began.
    commit = commit_tag(record.environment.get("code", ""))
    log_tags(client, run, {TAG_STATE: record.state} | message | commit)
    client.set_terminated(run.run_id, STATUSES[record.state])


def _is_sendable(weights: Path) -> bool:
    """Whether there are weights, as they were written; others are no loss to scores, and are said."""
    if not weights.is_file():
        return False
    whole = is_whole(weights.read_bytes())
    if not whole:
        tell_damaged(weights, "its digest is another", "MLflow goes without these weights")
    return whole


def _params(config: TrialConfig) -> dict[str, str]:
    seed = {"seed": str(config.seed)} | ({"setting": config.setting} if config.setting else {})
    return identity(config) | seed | {k: number_text(v) for k, v in config.hyperparameters.items()}


def _train_points(curves: Curves) -> Iterator[Point]:
    for name, points in curves.items():
        for step, value in points:
            yield f"train/{name}", step, value
