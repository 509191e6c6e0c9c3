"""What is read straight from MLflow's file, against MLflow's client."""

import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from mlflow import MlflowClient

from benchmark.addresses import sqlite_file
from benchmark.errors import UserError
from benchmark.records import TrialRecord
from reports.records.run_rows import ClientRows, FileRows
from reports.records.store import Store


@pytest.fixture
def study(make_study, make_record: Callable[..., TrialRecord]):
    """Two runs that ended, one that has not, and a deleted one, beside another experiment."""
    made = make_study([make_record("dcgan", "trial", 0, 50.0), make_record("wgan", "final", 1, 40.0)])
    client = MlflowClient(made.uri)
    experiment = client.get_experiment_by_name(made.spec.study_id).experiment_id
    run = client.create_run(experiment, tags={"variant": "dcgan", "kind": "trial", "number": "7"}).info.run_id
    client.log_param(run, "lr_generator", "0.0003")
    for step, value in enumerate((3.0, math.nan, math.inf, 33.5)):
        client.log_metric(run, "final/fid", value, step=step)
    client.log_metric(run, "final/kid", math.nan)
    client.log_metric(run, "final/is", math.inf)
    gone = client.create_run(experiment, tags={"variant": "dcgan", "kind": "trial", "number": "8"}).info.run_id
    client.delete_run(gone)
    client.create_run(client.create_experiment(f"other's {gone}"), tags={"variant": "x"})
    return made


@pytest.fixture
def both(study) -> tuple[FileRows, ClientRows]:
    path = sqlite_file(study.uri)
    assert path is not None
    return FileRows(path), ClientRows(MlflowClient(study.uri))


def test_the_experiment_and_all_of_its_runs_are_the_client_s(both, study) -> None:
    file, client = both
    found = file.experiment(study.spec.study_id)
    assert found == client.experiment(study.spec.study_id)
    assert found.tags["spec"]
    runs, known = file.runs(found.id), client.runs(found.id)
    assert len(runs) >= 4  # of two variants, too
    assert [run.id for run in runs] == [run.id for run in known]
    assert [(run.status, run.artifacts, run.started, run.tags) for run in runs] == [
        (run.status, run.artifacts, run.started, run.tags) for run in known
    ]
    assert all(not run.params and not run.metrics for run in runs)
    for ours, theirs in zip(file.detailed(runs), client.detailed(known), strict=True):
        assert ours.params == theirs.params
        assert ours.metrics == pytest.approx(theirs.metrics, nan_ok=True, rel=0, abs=0)


def test_what_is_not_there_is_none(both) -> None:
    for rows in both:
        assert rows.experiment("digits-00000000") is None
        assert any(name.startswith("other's ") for name in rows.names())
    assert set(both[0].names()) == set(both[1].names())
    assert both[0].detailed([]) == []


def test_many_runs_are_asked_for_in_parts(both, study, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = both
    runs = file.runs(file.experiment(study.spec.study_id).id)
    whole = file.detailed(runs)
    monkeypatch.setattr("reports.records.run_rows._PLACES", 2)
    assert repr(file.detailed(runs)) == repr(whole)


@pytest.mark.parametrize("table", ["tags", "runs", "params", "experiments"])
def test_a_version_with_other_tables_is_asked_through_its_client(table: str, study, monkeypatch) -> None:
    known = Store(study.uri).study(study.spec.study_id)
    monkeypatch.setattr("reports.records.run_rows.sqlite3.connect", _without(table))
    found = Store(study.uri).study(study.spec.study_id)
    assert [(run.key, run.record, run.address) for run in found.runs] == [
        (run.key, run.record, run.address) for run in known.runs
    ]
    assert found.variants == known.variants


def _without(table: str) -> Callable[..., sqlite3.Connection]:
    """Connections to databases in which a table has another name."""
    connect = sqlite3.connect

    def connected(path: Path, **options: float) -> sqlite3.Connection:
        changed = Path(f"{path}-changed")
        changed.write_bytes(Path(path).read_bytes())
        with closing(connect(changed)) as copy:
            copy.execute(f"ALTER TABLE {table} RENAME TO {table}_of_2031")
            copy.commit()
        return connect(changed, **options)

    return connected


def test_a_damaged_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(UserError, match=r"mlflow.db: MLflow cannot read it \(file is not a database\): move it away"):
        FileRows(tmp_path / "mlflow.db").names()
