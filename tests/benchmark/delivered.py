"""What MLflow holds of a study against what lies on disk."""

from collections import Counter
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

from benchmark.records import RECORD_FILE, TrialRecord
from benchmark.tracking.runs import all_runs, image_steps
from benchmark.tracking.spool import StudyRecord


def runs_in(client: MlflowClient, study_id: str) -> list[Run]:
    experiment = client.get_experiment_by_name(study_id)
    return list(all_runs(client, experiment.experiment_id, {})) if experiment else []


def differences(client: MlflowClient, study_id: str, work: Path) -> list[str]:
    """A line for all that is missing, is there twice, or differs; none if each record was delivered once."""
    kept = StudyRecord.read(work)
    assert kept is not None
    records = [record for path in work.glob(f"*/{RECORD_FILE}") if (record := TrialRecord.read(path.parent))]
    runs = {run.info.run_name: run for run in runs_in(client, study_id) if run.data.tags["kind"] != "report"}
    wanted = Counter([*(record.config.label for record in records), *kept.variants])
    names = Counter(run.info.run_name for run in runs_in(client, study_id) if run.data.tags["kind"] != "report")
    if names != wanted:
        return [f"runs: {names - wanted} too many, {wanted - names} missing"]
    lines = [f"{variant}: {runs[variant].info.status}" for variant in kept.ended if not _ended(runs[variant])]
    for record in records:
        lines += _of_run(client, runs[record.config.label], record)
    return lines


def _ended(run: Run) -> bool:
    return run.info.status == "FINISHED"


def _of_run(client: MlflowClient, run: Run, record: TrialRecord) -> list[str]:
    label, points = record.config.label, _points(record)
    lines = [] if run.data.tags.get("state") == record.state else [f"{label}: state {run.data.tags.get('state')}"]
    if run.data.metrics.keys() != points.keys():
        lines.append(f"{label}: metrics {run.data.metrics.keys() ^ points.keys()}")
    for name, expected in points.items():
        found = sorted((point.step, point.value) for point in client.get_metric_history(run.info.run_id, name))
        if found != sorted(expected):
            lines.append(f"{label} {name}: {found} instead of {sorted(expected)}")
    grids = [file.path for file in client.list_artifacts(run.info.run_id, "images")]
    steps = {rung.step for rung in record.rungs}
    if image_steps(client, run.info.run_id) != steps or len(grids) != 2 * len(steps):
        lines.append(f"{label}: grids {grids} of steps {steps}")
    return lines


def _points(record: TrialRecord) -> dict[str, list[tuple[int, float]]]:
    split = record.protocol.split  # not by the function that names them, which may be wrong
    points = {f"{split}/{name}": [(0, value)] for name, value in record.final_scores.items()}
    points |= {f"resources/{name}": [(0, float(value))] for name, value in record.costs.items()}
    for rung in record.rungs:
        for name, value in rung.scores.items():
            points.setdefault(f"eval_{split}/{name}", []).append((rung.step, value))
    return points | {f"train/{name}": list(curve) for name, curve in record.curves.items() if curve}
