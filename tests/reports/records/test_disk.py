"""The records under runs/ as a store like any other."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.json_records import to_json
from benchmark.records import TAG_BASELINE, TAG_CROSS_CHECK, TAG_PROTOCOL, TAG_SPEC, TrialRecord
from benchmark.spec import spec_of
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
    spec = spec_of({"name": "small", "dataset": "digits"}, (), "the test")
    tags = {TAG_SPEC: spec.model_dump_json(), TAG_PROTOCOL: to_json(record.protocol), TAG_BASELINE: "{}"}
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


@pytest.mark.parametrize("name", ["dcgan-trial-0001.bak", "dcgan-trial-0007", "copy of dcgan-trial-0001"])
def test_a_copied_run_counts_once(work: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A person lays a copy beside it, or gives it another number."""
    shutil.copytree(work / "dcgan-trial-0001", work / name)
    study = Disk(work.parent).study("small-1")
    assert [run.key for run in study.runs] == [("dcgan", "trial", 0), ("dcgan", "trial", 1)]
    told = capsys.readouterr().err
    if name.endswith(".bak"):
        assert not told
    else:
        assert f"{name}/record.json: left out, for it is of dcgan-trial-0001 of study unknown\n" in told


def test_a_record_of_another_study_is_left_out(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = TrialRecord.read(work / "dcgan-trial-0001")
    assert record is not None
    replace(record, study="large-2").write(work / "dcgan-trial-0001")
    assert [run.key for run in Disk(work.parent).study("small-1").runs] == [("dcgan", "trial", 0)]
    assert "left out, for it is of dcgan-trial-0001 of study large-2\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tag", "text", "told"),
    [
        (TAG_SPEC, "{}", "name"),
        (TAG_SPEC, "{", "Expecting"),
        (TAG_BASELINE, "[1, 2]", "no scores by split and end"),
        (TAG_BASELINE, '{"test": {"floor": "x"}}', "no scores by split and end"),
        (TAG_PROTOCOL, "[]", ""),
        (TAG_CROSS_CHECK, "[]", ""),
        (TAG_SPEC, None, "without spec"),
    ],
)
def test_tags_that_cannot_be_read_are_one_line(work: Path, tag: str, text: str | None, told: str) -> None:
    kept = StudyRecord.read(work)
    assert kept is not None
    tags = {**kept.tags, tag: text} if text is not None else {k: v for k, v in kept.tags.items() if k != tag}
    StudyRecord(tags, kept.variants).write(work)  # type: ignore[arg-type]
    with pytest.raises(
        UserError, match=rf"study.json: cannot be read \(.*{told}.*`ganbench run` of the study writes"
    ) as no:
        Disk(work.parent).study("small-1")
    assert "\n" not in str(no.value)


def test_a_changed_byte_is_seen(work: Path) -> None:
    text = (work / "study.json").read_text()
    (work / "study.json").write_text(text.replace("hinge", "wgan"))
    with pytest.raises(UserError, match=r"study.json: cannot be read .its digest is another"):
        Disk(work.parent).study("small-1")


def test_a_pipe_is_not_waited_for(work: Path) -> None:
    (work / "dcgan-trial-0001" / "record.json").unlink()
    os.mkfifo(work / "dcgan-trial-0001" / "record.json")
    assert Disk(work.parent).labels("small-1") == {"dcgan-trial-0000"}
    assert TrialRecord.read(work / "dcgan-trial-0001") is None
    assert (work / "dcgan-trial-0001" / "record.json.damaged").exists()


def test_a_study_that_did_not_run_here_is_one_line(work: Path) -> None:
    with pytest.raises(UserError, match=r"no study 'other' in .*work: run it first"):
        Disk(work.parent).study("other")


def test_a_record_that_cannot_be_read_is_named(work: Path) -> None:
    (work / "dcgan-trial-0001" / "record.json").write_text('{"state": 1}')
    with pytest.raises(UserError, match=r"dcgan-trial-0001/record.json: cannot be read: assignment: ") as caught:
        Disk(work.parent).study("small-1")
    assert "\n" not in str(caught.value)
