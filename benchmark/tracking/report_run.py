"""The report in MLflow, beside the runs that it is about: the files of a run called "report"."""

from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from benchmark.environment import code_version
from benchmark.paths import Paths
from benchmark.records import TAG_KIND, TAG_STUDY, TAG_VARIANT
from benchmark.spec import Spec
from benchmark.tracking.connection import Connection
from benchmark.tracking.database import reading
from benchmark.tracking.findings import Findings, VariantFindings
from benchmark.tracking.notes import NOTE, with_report
from benchmark.tracking.runs import OpenRun, all_runs, find_run, log_points
from benchmark.tracking.score_names import ends
from benchmark.tracking.source import source_tags
from benchmark.tracking.store import connect, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

KIND = "report"  # of its run, which is neither a variant nor a trial
PAGE = "index.html"
PATIENCE_SECONDS = 30.0


def log_report(folder: Path, spec: Spec, paths: Paths, uri: str | None, notify: Callable[[str], None]) -> bool:
    """Lay the files of a report into MLflow, in place of earlier ones, and say where people look what it found.

    A server that is away or slow is said and costs little: the report lies on disk, and is sent when it is written
    again, and by `ganbench sync`.

    Args:
        folder: The written report.
        spec: The study that it is about.
        paths: Where things lie.
        uri: MLflow's tracking URI; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
        notify: Told in one line what a person should know.

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
            done = connection.attempt(lambda client: _log(client, folder, spec))
    finally:
        patience.cancel()
    if connection.stopped:
        notify("MLflow is slow: the report is not there whole; `ganbench sync` sends it")
    return done


def report_path(experiment_id: str, run_id: str) -> str:
    """The part of the UI's address after the host, which opens the page."""
    # Without the last word MLflow takes the visitor to its pages of language models.
    return f"#/experiments/{experiment_id}/runs/{run_id}/artifacts/{PAGE}?workflowType=machine_learning"


def _log(client: "MlflowClient", folder: Path, spec: Spec) -> None:
    experiment = client.get_experiment_by_name(spec.study_id)
    if experiment is None:
        return
    run = find_run(client, experiment.experiment_id, {TAG_KIND: KIND})
    if run is None:
        tags = {TAG_KIND: KIND, TAG_STUDY: spec.study_id} | source_tags(code_version())
        run = client.create_run(experiment.experiment_id, run_name=KIND, tags=tags)
    # Plots of every run, in a folder of their own, stay on disk: hundreds of files, and MLflow draws losses itself.
    for file in sorted(path for path in folder.glob("*") if path.is_file()):
        client.log_artifact(run.info.run_id, str(file))
    client.set_terminated(run.info.run_id, "FINISHED")
    path = report_path(experiment.experiment_id, run.info.run_id)
    found = Findings.read(folder)
    note = with_report(experiment.tags.get(NOTE, ""), path, [f"{found.answer}.", *found.details] if found else ())
    if note != experiment.tags.get(NOTE, ""):
        client.set_experiment_tag(experiment.experiment_id, NOTE, note)
    of_variants = found.variants if found else {}
    for parent in all_runs(client, experiment.experiment_id, {TAG_KIND: "variant"}):
        _tell(client, parent, path, of_variants.get(parent.data.tags[TAG_VARIANT]), ends(spec.score.final_split))


def _tell(
    client: "MlflowClient", parent: "Run", path: str, found: VariantFindings | None, prefixes: tuple[str, str]
) -> None:
    """Say on the parent of a variant what the report found of it, unless it is said there.

    Args:
        client: Where to.
        parent: The run.
        path: The report's address within the UI.
        found: What it found, if anything.
        prefixes: What the ends of intervals are called, before the slash.
    """
    before = parent.data.tags.get(NOTE, "")
    note = with_report(before, path, [found.words] if found else ())
    if note != before:
        client.set_tag(parent.info.run_id, NOTE, note)
    intervals = found.intervals if found else {}
    values = {f"{prefix}/{score}": pair[i] for score, pair in intervals.items() for i, prefix in enumerate(prefixes)}
    changed = [(name, 0, value) for name, value in values.items() if parent.data.metrics.get(name) != value]
    log_points(client, OpenRun(parent.info.run_id), changed)
