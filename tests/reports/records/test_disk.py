"""The records under runs/ as a store like any other."""

from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.json_records import to_json
from benchmark.records import TAG_BASELINE, TAG_PROTOCOL, TAG_SPEC
from benchmark.tracking.spool import StudyRecord
from reports.records.disk import Disk


@pytest.fixture
def work(tmp_path: Path, make_record) -> Path:
    """A study of three runs, one of which has not ended."""
    folder = tmp_path / "work" / "small-1"
    for number, fid in enumerate((50.0, 40.0)):
        record = make_record("dcgan", "trial", number, fid)
        record.write(folder / record.config.label)
        (folder / record.config.label / "step-001000.png").write_bytes(b"grid %d" % number)
    (folder / "dcgan-trial-0002").mkdir()
    (folder / "real.png").write_bytes(b"real")
    tags = {TAG_SPEC: "{}", TAG_PROTOCOL: to_json(record.protocol), TAG_BASELINE: "{}"}
    StudyRecord(tags, {"dcgan": {"loss": "hinge"}}).write(folder)
    return folder


def test_what_has_ended_is_there(work: Path) -> None:
    disk = Disk(work.parent)
    assert disk.has("small-1")
    assert not disk.has("other")
    assert disk.labels("small-1") == {"dcgan-trial-0000", "dcgan-trial-0001"}
    study = disk.study("small-1")
    assert [(run.key, run.state) for run in study.runs] == [
        (("dcgan", "trial", 0), "complete"),
        (("dcgan", "trial", 1), "complete"),
    ]
    assert [run.record.final_scores["fid"] for run in study.runs if run.record] == [50.0, 40.0]
    assert (study.variants, study.finished) == ({"dcgan": {"loss": "hinge"}}, False)
    assert study.runs[1].artifact("samples/step-001000.png") == b"grid 1"
    assert study.runs[1].artifact("samples/step-000001.png") is None
    ((source, place),) = study.places
    assert source.artifact(place, "samples/real.png") == b"real"


def test_it_is_finished_when_its_variants_are(work: Path) -> None:
    disk = Disk(work.parent)
    assert not disk.finished("small-1")
    kept = StudyRecord.read(work)
    assert kept is not None
    StudyRecord(kept.tags, kept.variants, {"dcgan": ""}).write(work)
    assert disk.finished("small-1")
    assert disk.study("small-1").finished
    (work / "study.json").write_text("{")
    assert not disk.finished("small-1")
    assert not disk.finished("other")


def test_a_study_that_did_not_run_here_is_one_line(work: Path) -> None:
    with pytest.raises(UserError, match=r"no study 'other' in .*work: run it first"):
        Disk(work.parent).study("other")


def test_a_record_that_cannot_be_read_is_named(work: Path) -> None:
    (work / "dcgan-trial-0001" / "record.json").write_text('{"state": 1}')
    with pytest.raises(UserError, match=r"dcgan-trial-0001/record.json: cannot be read: assignment: ") as caught:
        Disk(work.parent).study("small-1")
    assert "\n" not in str(caught.value)
