"""A study from MLflow and from the disk: the same tables, whoever has it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient

from benchmark.errors import UserError
from benchmark.records import TAG_BASELINE, TAG_PROTOCOL, TAG_SPEC, TAG_STATE
from benchmark.tracking.spool import StudyRecord
from reports.records.disk import Disk
from reports.records.load import StudyRecords, load
from reports.records.sources import load_here, load_on_disk

AWAY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.records.store._PAUSE_SECONDS", 0.0)


@pytest.fixture
def twice(make_study, make_record, tmp_path: Path):
    """A study in MLflow, and the same on disk."""
    entries = [make_record("dcgan", kind, n, 40.0 + n) for kind in ("trial", "final") for n in range(3)]
    entries += [make_record("hinge", "trial", 0, 300.0, "diverged")]
    study = make_study(entries)
    client = MlflowClient(study.uri)
    tags = client.get_experiment_by_name(study.spec.study_id).tags
    work = tmp_path / "work"
    for entry in entries:
        entry.write(work / study.spec.study_id / entry.config.label)
    parts = {"architecture": "dcgan", "loss": "hinge", "reference": "a paper & <more>"}
    kept = {name: tags[name] for name in (TAG_SPEC, TAG_PROTOCOL, TAG_BASELINE)}
    StudyRecord(kept, dict.fromkeys(("dcgan", "hinge"), parts)).write(work / study.spec.study_id)
    return study, Disk(work), work / study.spec.study_id


def same(one: StudyRecords, other: StudyRecords) -> None:
    for frame in ("runs", "evals", "curves"):
        pd.testing.assert_frame_equal(getattr(one, frame), getattr(other, frame))
    for name in ("spec", "variants", "protocols", "baseline", "shown", "environment"):
        assert getattr(one, name) == getattr(other, name)


def test_where_mlflow_has_all_it_is_asked(twice) -> None:
    study, disk, _ = twice
    said: list[str] = []
    records = load_here(study.spec.study_id, study.uri, disk, said.append)
    same(records, load(study.spec.study_id, study.uri))
    assert (said, records.warnings) == ([], ())
    assert records.samples  # which this disk has not got


@pytest.mark.parametrize("uri", [AWAY, "sqlite:////nowhere/mlflow.db"], ids=["server", "database"])
def test_a_store_that_is_away_costs_nothing_but_a_line(uri: str, twice) -> None:
    study, disk, _ = twice
    said: list[str] = []
    records = load_here(study.spec.study_id, uri, disk, said.append)
    same(records, load(study.spec.study_id, study.uri))
    (line,) = said
    assert line.startswith("Made from the records under runs/ of this machine alone: ")
    assert records.warnings == (f"{line}.",)


def test_one_that_is_away_is_an_error_where_nothing_ran(twice) -> None:
    _, disk, _ = twice
    with pytest.raises(UserError, match="does not answer"):
        load_here("other-1", AWAY, disk, pytest.fail)


def test_what_mlflow_has_not_got_comes_from_the_disk(twice, make_record) -> None:
    study, disk, folder = twice
    late = make_record("dcgan", "final", 3, 39.0)
    late.write(folder / late.config.label)
    said: list[str] = []
    records = load_here(study.spec.study_id, study.uri, disk, said.append)
    assert len(records.runs) == len(study.records) + 1
    assert records.runs["fid"].min() == 39.0
    assert said == ["MLflow has not got 1 record yet: read from the disk; `ganbench sync` sends what is missing"]


def test_what_other_machines_sent_stays_beside_it(twice, make_record) -> None:
    study, disk, folder = twice
    shutil.rmtree(folder / "hinge-trial-0000")
    late = make_record("dcgan", "final", 3, 39.0)
    late.write(folder / late.config.label)
    records = load_here(study.spec.study_id, study.uri, disk, print)
    labels = {f"{v}-{k}-{n:04d}" for v, k, n in records.runs[["variant", "kind", "number"]].itertuples(index=False)}
    assert labels == {*(entry.config.label for entry in study.records), late.config.label}


def test_an_experiment_that_was_never_made_is_no_matter(twice) -> None:
    study, disk, folder = twice
    other = folder.with_name("other-1")
    shutil.copytree(folder, other)
    said: list[str] = []
    records = load_here("other-1", study.uri, disk, said.append)
    same(records, replace(load(study.spec.study_id, study.uri), study_id="other-1"))
    assert said[0].startswith("MLflow has not got 7 records yet: ")


def test_the_end_that_mlflow_has_not_got_is_on_disk(twice) -> None:
    study, disk, folder = twice
    kept = StudyRecord.read(folder)
    assert kept is not None
    replace(kept, ended={"dcgan": "", "hinge": ""}).write(folder)
    said: list[str] = []
    assert not load(study.spec.study_id, study.uri).finished
    assert load_here(study.spec.study_id, study.uri, disk, said.append).finished
    assert said[0].startswith("MLflow has not got the end of the study yet: ")


def test_a_run_whose_record_was_lost_on_the_way_is_not_left_out(twice) -> None:
    """It is in MLflow without its record.json; the disk has it."""
    study, disk, _ = twice
    client = MlflowClient(study.uri)
    experiment = client.get_experiment_by_name(study.spec.study_id).experiment_id
    run = client.search_runs([experiment], "tags.kind = 'final' and tags.number = '1'")[0]
    assert run.data.tags[TAG_STATE] == "complete"
    Path(client.download_artifacts(run.info.run_id, "record.json")).unlink()
    same(load_here(study.spec.study_id, study.uri, disk, print), load_on_disk(study.spec.study_id, disk, 1, print))
