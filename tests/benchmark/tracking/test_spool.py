"""What a study keeps on disk for MLflow."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_study import FinishedStudy

from benchmark.errors import UserError
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.tracking.experiment import Experiment
from benchmark.tracking.spool import KEPT, STUDY_FILE, Spool, StudyRecord, is_label, run_folders


@pytest.fixture
def told(finished: FinishedStudy, tmp_path: Path) -> Spool:
    spool = Spool(tmp_path)
    spool.on_study_start(finished.spec, ["wgan"], finished.preparation)
    spool.on_variant_start("wgan", {"loss": "wasserstein"})
    return spool


def read(folder: Path) -> StudyRecord:
    record = StudyRecord.read(folder)
    assert record is not None
    return record


def test_it_is_what_the_experiment_carries(told: Spool, finished: FinishedStudy, tmp_path: Path) -> None:
    kept, prepared = read(tmp_path), finished.preparation
    experiment = Experiment(
        finished.spec, prepared.protocols["validation"], prepared.baseline, None, prepared.cross_check
    )
    assert kept.tags == {name: value for name, value in experiment.tags().items() if name in KEPT}
    assert (kept.spec, kept.protocol) == (finished.spec, prepared.protocols["validation"])
    assert (kept.baseline, kept.cross_check) == (prepared.baseline, prepared.cross_check)


def test_what_another_library_says_later_is_added(finished: FinishedStudy, tmp_path: Path) -> None:
    told = Spool(tmp_path)
    told.on_study_start(finished.spec, ["dcgan"], replace(finished.preparation, cross_check=None))
    assert read(tmp_path).cross_check is None
    assert finished.preparation.cross_check is not None
    told.on_cross_check(finished.preparation.cross_check)
    assert read(tmp_path).cross_check == finished.preparation.cross_check


def test_a_later_sitting_adds_to_it(told: Spool, finished: FinishedStudy, tmp_path: Path, record: TrialRecord) -> None:
    assert (read(tmp_path).variants, read(tmp_path).finished) == ({"wgan": {"loss": "wasserstein"}}, False)
    told.on_variant_end("wgan", record, [])
    assert (read(tmp_path).ended, read(tmp_path).finished) == ({"wgan": "dcgan-trial-0003"}, True)
    again = Spool(tmp_path)
    again.on_study_start(finished.spec, ["dcgan"], finished.preparation)
    again.on_variant_start("dcgan", {})
    again.on_variant_end("dcgan", None, [])
    assert list(read(tmp_path).variants) == ["wgan", "dcgan"]
    assert read(tmp_path).ended == {"wgan": "dcgan-trial-0003", "dcgan": ""}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"tags": 1}', b"\xff\x00"])
def test_one_that_cannot_be_read_names_the_remedy_and_is_written_anew(
    content: bytes, finished: FinishedStudy, tmp_path: Path
) -> None:
    (tmp_path / STUDY_FILE).write_bytes(content)
    with pytest.raises(UserError, match=r"study.json: cannot be read .*`ganbench run` of the study writes it anew"):
        StudyRecord.read(tmp_path)
    Spool(tmp_path).on_study_start(finished.spec, [], finished.preparation)
    assert read(tmp_path).spec == finished.spec


def test_there_may_be_none(tmp_path: Path) -> None:
    assert StudyRecord.read(tmp_path) is None


def test_runs_come_in_the_order_in_which_they_ended(tmp_path: Path, record: TrialRecord, spec: Spec) -> None:
    labels = [f"wgan-trial-000{number}" for number in (2, 3, 1, 4)]
    for number, name in enumerate(labels):
        record.write(tmp_path / name)
        os.utime(tmp_path / name / "record.json", ns=(0, 10**9 * (number // 3)))
    record.write(tmp_path / f"{labels[0]}.bak")
    (tmp_path / "wgan-trial-0005").mkdir()
    assert [folder.name for folder in run_folders(tmp_path)] == sorted(labels)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("dcgan-trial-0003", True), ("a-b-paper-12345", True), ("dcgan-trial-0003.bak", False), ("dcgan-0003", False)],
)
def test_names_of_runs_folders(name: str, is_one: bool) -> None:
    assert is_label(name) is is_one
