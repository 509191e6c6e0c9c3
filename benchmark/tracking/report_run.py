"""The report in MLflow, beside the runs that it is about: the files of a run called "report"."""

from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from benchmark.paths import Paths
from benchmark.records import TAG_KIND, TAG_STUDY
from benchmark.spec import Spec
from benchmark.tracking.connection import Connection
from benchmark.tracking.database import reading
from benchmark.tracking.notes import NOTE, with_report
from benchmark.tracking.runs import all_runs, find_run
from benchmark.tracking.store import connect, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient

KIND = "report"  # of its run, which is neither a variant nor a trial
PAGE = "index.html"
PATIENCE_SECONDS = 30.0


def log_report(
    folder: Path, spec: Spec, paths: Paths, uri: str | None, notify: Callable[[str], None], answer: str = ""
) -> bool:
    """Lay the files of a report into MLflow, in place of earlier ones, and link it where people look.

    A server that is away or slow is said and costs little: the report lies on disk, and is sent when it is written
    again, and by `ganbench sync`.

    Args:
        folder: The written report.
        spec: The study that it is about.
        paths: Where things lie.
        uri: MLflow's tracking URI; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
        notify: Told in one line what a person should know.
        answer: The report's, to stand above the runs.

    Returns:
        Whether it is there.
    """
    address = tracking_uri(paths, uri)
    connection = Connection(lambda: connect(paths, address), notify)
    patience = Timer(PATIENCE_SECONDS, connection.stop)
    patience.daemon = True
    patience.start()
    try:
        with reading(address):
            done = connection.attempt(lambda client: _log(client, folder, spec, answer))
    finally:
        patience.cancel()
    if connection.stopped:
        notify("MLflow is slow: the report is not there whole; `ganbench sync` sends it")
    return done


def report_path(experiment_id: str, run_id: str) -> str:
    """The part of the UI's address after the host, which opens the page."""
    return f"#/experiments/{experiment_id}/runs/{run_id}/artifacts/{PAGE}"


def _log(client: "MlflowClient", folder: Path, spec: Spec, answer: str) -> None:
    experiment = client.get_experiment_by_name(spec.study_id)
    if experiment is None:
        return
    run = find_run(client, experiment.experiment_id, {TAG_KIND: KIND})
    if run is None:
        tags = {TAG_KIND: KIND, TAG_STUDY: spec.study_id}
        run = client.create_run(experiment.experiment_id, run_name=KIND, tags=tags)
    # Plots of every run, in a folder of their own, stay on disk: hundreds of files, and MLflow draws losses itself.
    for file in sorted(path for path in folder.glob("*") if path.is_file()):
        client.log_artifact(run.info.run_id, str(file))
    client.set_terminated(run.info.run_id, "FINISHED")
    path = report_path(experiment.experiment_id, run.info.run_id)
    note = with_report(experiment.tags.get(NOTE, ""), path, answer)
    if note != experiment.tags.get(NOTE, ""):
        client.set_experiment_tag(experiment.experiment_id, NOTE, note)
    for parent in all_runs(client, experiment.experiment_id, {TAG_KIND: "variant"}):
        note = with_report(parent.data.tags.get(NOTE, ""), path)
        if note != parent.data.tags.get(NOTE, ""):
            client.set_tag(parent.info.run_id, NOTE, note)
