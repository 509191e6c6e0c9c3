"""Records of earlier sittings: those of other runs and studies do not count."""

from dataclasses import replace
from pathlib import Path

import pytest
from searches import make_spec, record_of

from benchmark.records import RECORD_FILE, TrialConfig, TrialRecord
from benchmark.study import earlier
from benchmark.study.earlier import earlier_record
from benchmark.training.random_streams import derive_seed

SPEC = make_spec()
CONFIG = TrialConfig(
    "dcgan", "trial", 3, derive_seed(SPEC.seed, "trial", 3), {"lr_generator": 1e-3, "lr_discriminator": 1e-3}
)
RECORD = record_of(CONFIG)


def test_a_study_s_own_record_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert earlier_record(tmp_path / CONFIG.label, SPEC) is None
    RECORD.write(tmp_path / CONFIG.label)
    assert earlier_record(tmp_path / CONFIG.label, SPEC) == RECORD
    own = replace(RECORD, study=SPEC.study_id)
    own.write(tmp_path / CONFIG.label)
    assert earlier_record(tmp_path / CONFIG.label, SPEC) == own
    RECORD.write(tmp_path / CONFIG.label)
    assert earlier.record_of(CONFIG, tmp_path) == RECORD
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (replace(RECORD, config=replace(CONFIG, number=4)), "of dcgan-trial-0004"),
        (replace(RECORD, config=replace(CONFIG, seed=7)), "of seed 7, which is not this study's"),
        (replace(RECORD, protocol=replace(RECORD.protocol, dataset="mnist")), "of data set mnist"),
        (replace(RECORD, rungs=RECORD.rungs[:1]), "it ends before step 20"),
        (replace(RECORD, study="other-12345678"), "of study other-12345678"),
        (replace(RECORD, rungs=()), "it ends before step 20"),
    ],
)
def test_a_foreign_one_is_set_aside(
    record: TrialRecord, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / CONFIG.label
    record.write(folder)
    assert earlier_record(folder, SPEC) is None
    told = f"ganbench: {folder / RECORD_FILE}: damaged ({reason}); the run is made again\n"
    assert capsys.readouterr().err == told
    assert TrialRecord.read(folder) is None
    assert TrialRecord.from_json((folder / f"{RECORD_FILE}.damaged").read_bytes()) == record


@pytest.mark.parametrize("content", [b"", b"{", b"garbage", b"\xff\xfe", b"[]", b'{"state": "complete"}'])
def test_what_is_no_record_is_set_aside(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / CONFIG.label
    folder.mkdir()
    (folder / RECORD_FILE).write_bytes(content)
    assert earlier_record(folder, SPEC) is None
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == [f"{RECORD_FILE}.damaged"]


def test_a_record_of_other_hyperparameters_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    RECORD.write(tmp_path / CONFIG.label)
    asked = replace(CONFIG, hyperparameters={"lr_generator": 2e-3, "lr_discriminator": 1e-3})
    assert earlier.record_of(asked, tmp_path) is None
    assert "of other hyperparameters); the run is made again" in capsys.readouterr().err
