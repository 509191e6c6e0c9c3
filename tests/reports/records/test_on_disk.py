"""MLflow's database beside the records on disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.errors import UserError
from reports.records.load import StudyRecords
from reports.records.on_disk import check_on_disk

DATABASE = Path("runs/mlflow.db")


@pytest.fixture
def work(study, tmp_path: Path) -> Path:
    """The records of the simulated study as its runs left them."""
    for record in study.records:
        record.write(tmp_path / record.config.label)
    (tmp_path / "preparation.json").write_text("{}")
    return tmp_path


def test_what_agrees_passes(records: StudyRecords, work: Path) -> None:
    check_on_disk(replace(records, finished=True), work, DATABASE)
    check_on_disk(replace(records, finished=True), work / "missing", DATABASE)


@pytest.mark.parametrize("change", ["state", "seed", "fid", "lr_generator"])
def test_a_run_with_other_numbers_is_named(change: str, records: StudyRecords, work: Path) -> None:
    runs = records.runs.copy()
    row = runs.index[(runs["variant"] == "dcgan") & (runs["kind"] == "final") & (runs["number"] == 1)][0]
    runs.loc[row, change] = "pruned" if change == "state" else runs.loc[row, change] + 1
    with pytest.raises(UserError, match=r"runs/mlflow.db: it has other numbers of dcgan-final-0001, whose record"):
        check_on_disk(replace(records, runs=runs, finished=True), work, DATABASE)


def test_a_run_that_is_lacking_is_named_once_the_study_is_over(records: StudyRecords, work: Path) -> None:
    runs = records.runs[records.runs["number"] != 2]
    check_on_disk(replace(records, runs=runs, finished=False), work, DATABASE)
    with pytest.raises(UserError, match=r"it lacks dcgan-\w+-0002, whose record is in .*: run the study again"):
        check_on_disk(replace(records, runs=runs, finished=True), work, DATABASE)


def test_a_damaged_record_is_no_witness_and_stays(records: StudyRecords, work: Path) -> None:
    path = work / "dcgan-final-0001" / "record.json"
    path.write_text("garbage")
    check_on_disk(replace(records, finished=True), work, DATABASE)
    assert path.read_text() == "garbage"
