"""Runs of an experiment: found by what they are, opened again after a crash, and never told a number twice."""

import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse
from urllib.request import url2pathname

from benchmark.records import (
    LARGEST,
    RECORD_FILE,
    SAMPLES,
    TAG_MESSAGE,
    TAG_NUMBER,
    TAG_STATE,
    Split,
    State,
    TrialRecord,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

Point = tuple[str, int, float]  # metric, discriminator step, value
RUNNING = "RUNNING"
INTERRUPTED: State = "interrupted"
TAG_COLOUR = "mlflow.runColor"
POINTS_A_BATCH = 1000  # MLflow's limit
RUNS_A_PAGE = 1000
IMAGES = "images"  # where MLflow lays what `log_image` was given by key and step
_IMAGE = re.compile(rf"{IMAGES}/{SAMPLES}[+%]step[+%](\d+)[+%].*compressed\.\w+")


@dataclass(frozen=True)
class OpenRun:
    """A run that is being written.

    Attributes:
        run_id: Its id.
        params: Names of the parameters that it has; they cannot be changed.
        logged: The (metric, step) pairs that it has; grows as points are logged.
        colour: Of a parent: what it and the runs below it are drawn in.
        images: The steps whose sample grid it has; grows as they are logged.
        groups: Of a parent: what it and the runs below it can be grouped by, as parameters.
        message: Why it was interrupted before.
        split: That its scores are measured on; of a parent, those of its final runs.
    """

    run_id: str
    params: set[str] = field(default_factory=set)
    logged: set[tuple[str, int]] = field(default_factory=set)
    colour: str = ""
    images: set[int] = field(default_factory=set)
    groups: dict[str, str] = field(default_factory=dict)
    message: str = ""
    split: Split = "test"


def find_run(client: "MlflowClient", experiment_id: str, identity: dict[str, str]) -> "Run | None":
    """The run whose tags are those of `identity`, or None."""
    found = client.search_runs([experiment_id], _condition(identity), max_results=1)
    return found[0] if found else None


def all_runs(client: "MlflowClient", experiment_id: str, identity: dict[str, str]) -> "Iterator[Run]":
    """Every run whose tags are those of `identity`."""
    # `mlflow.search_runs`, which turns the pages itself, asks the process's tracking URI and no client's.
    token: str | None = None
    while True:
        page = client.search_runs([experiment_id], _condition(identity), max_results=RUNS_A_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _condition(identity: dict[str, str]) -> str:
    return " and ".join(f"tags.{name} = '{value}'" for name, value in identity.items())


def open_run(
    client: "MlflowClient", experiment_id: str, name: str, identity: dict[str, str], tags: dict[str, str]
) -> OpenRun:
    """Find the run and set it running again, or create it.

    Args:
        client: Where to.
        experiment_id: Whose run it is.
        name: What it is called in the UI.
        identity: The tags that tell it from every other run.
        tags: Its other tags.
    """
    run = find_run(client, experiment_id, identity)
    if run is None:
        run = client.create_run(experiment_id, run_name=name, tags=identity | tags)
        return OpenRun(run.info.run_id)
    if run.info.status != RUNNING:
        client.update_run(run.info.run_id, status=RUNNING)
    return OpenRun(
        run.info.run_id,
        set(run.data.params),
        _logged(client, run),
        images=image_steps(client, run.info.run_id),
        message=run.data.tags.get(TAG_MESSAGE, ""),
    )


def image_steps(client: "MlflowClient", run_id: str) -> set[int]:
    """The steps whose sample grid MLflow's image charts have, whole: the small copy of each is written last."""
    files = client.list_artifacts(run_id, IMAGES)
    found = (_IMAGE.fullmatch(file.path) for file in files)
    return {int(match[1]) for match in found if match}


def run_number(tags: Mapping[str, str]) -> int:
    """Which of its variant's runs of a kind one is, by its tags.

    Raises:
        KeyError: if it does not say.
        ValueError: if that is no number of a run.
    """
    number = int(tags[TAG_NUMBER])
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not from 0 to {LARGEST}")
    return number


def is_delivered(run: "Run") -> bool:
    """Whether a run has got all of its record: its state is written last but for its status.

    One that was interrupted is made again, and has another record then.
    """
    return run.info.status != RUNNING and run.data.tags.get(TAG_STATE, INTERRUPTED) != INTERRUPTED


def holds_its_record(run: "Run") -> bool:
    """Whether a delivered run's record, where it lies in a folder of this machine, is as it was written."""
    place = urlparse(run.info.artifact_uri)
    path = Path(url2pathname(place.path)) / RECORD_FILE
    if place.scheme not in ("", "file") or not path.parent.is_dir():
        return True
    try:
        return TrialRecord.from_json(path.read_bytes()).state == run.data.tags[TAG_STATE]
    except (OSError, ValueError):
        return False


def log_params(client: "MlflowClient", run: OpenRun, params: dict[str, str]) -> None:
    """Log the parameters that the run has not got."""
    from mlflow.entities import Param

    fresh = {name: value for name, value in params.items() if name not in run.params}
    client.log_batch(run.run_id, params=[Param(name, value) for name, value in fresh.items()], synchronous=True)
    run.params.update(fresh)


def log_points(client: "MlflowClient", run: OpenRun, points: Iterable[Point]) -> None:
    """Log the points that the run has not got; what is not finite is left out, for MLflow draws infinity as 1e308."""
    from mlflow.entities import Metric

    now = time.time_ns() // 1_000_000
    fresh = {(name, step): value for name, step, value in points if math.isfinite(value)}
    missing = [
        Metric(name, value, now, step) for (name, step), value in fresh.items() if (name, step) not in run.logged
    ]
    for start in range(0, len(missing), POINTS_A_BATCH):
        batch = missing[start : start + POINTS_A_BATCH]
        client.log_batch(run.run_id, metrics=batch, synchronous=True)
        run.logged.update((metric.key, metric.step) for metric in batch)


def log_tags(client: "MlflowClient", run: OpenRun, tags: dict[str, str]) -> None:
    """Write tags; one that is there is replaced."""
    from mlflow.entities import RunTag

    client.log_batch(run.run_id, tags=[RunTag(name, value) for name, value in tags.items()], synchronous=True)


def number_text(value: float) -> str:
    """A parameter's value as text that loses nothing: 5 for 5.0, else the shortest digits."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _logged(client: "MlflowClient", run: "Run") -> set[tuple[str, int]]:
    names = run.data.metrics
    return {(name, point.step) for name in names for point in client.get_metric_history(run.info.run_id, name)}
