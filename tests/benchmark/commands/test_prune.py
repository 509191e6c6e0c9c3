"""What a study can do without: which files, and what they become."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from tiny_study import FinishedStudy

from benchmark.commands.prune import (
    CACHE,
    COPIES,
    ENDED,
    NOT_ENDED,
    OF_THE_SEARCH,
    PREPARED,
    at_rest,
    free,
    savings,
    shared_savings,
    study_ids,
)
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import CHECKPOINT_FILE, TrialRecord

WEIGHTS = {"generator.safetensors", "discriminator.safetensors", "latents.safetensors"}


@pytest.fixture
def paths(finished: FinishedStudy, tmp_path: Path) -> Paths:
    """A copy of the finished study."""
    shutil.copytree(finished.paths.root, tmp_path / "copy")
    for work in (tmp_path / "copy/runs/work").iterdir():
        if work.name != finished.spec.study_id:  # which another test began there
            shutil.rmtree(work)
    return Paths(tmp_path / "copy", tmp_path / "copy" / "data")


def room(folder: Path) -> int:
    """Bytes of all files under a folder, each counted once whatever its names."""
    files = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum({stat.st_ino: stat.st_size for stat in files}.values())


def test_the_room_that_is_told_is_the_room_that_is_free_then(paths: Paths, finished: FinishedStudy) -> None:
    study = finished.spec.study_id
    assert study_ids(paths) == [study]
    found, before = savings(paths, study), room(paths.runs)
    assert {saving.reason for saving in found} == {OF_THE_SEARCH, COPIES}
    assert free(found) == sum(saving.size for saving in found) == before - room(paths.runs) > 0
    assert savings(paths, study) == []


def test_only_weights_go_and_of_final_runs_none(paths: Paths, finished: FinishedStudy) -> None:
    before = {path: path.read_bytes() for path in paths.runs.rglob("*") if path.is_file()}
    free(savings(paths, finished.spec.study_id))
    gone = {path for path in before if not path.exists()}
    assert all(path.read_bytes() == content for path, content in before.items() if path not in gone)
    assert {path.name for path in gone} == WEIGHTS
    work = paths.work(finished.spec.study_id)
    kinds = {path.parent.name.split("-")[-2] for path in gone if path.is_relative_to(work)}
    assert kinds <= {"trial", "candidate"}
    for record in finished.observer.records:
        left = {path.name for path in (work / record.config.label).glob("*.safetensors")}
        is_final = record.config.kind == "final" and record.state == "complete"
        assert left == (WEIGHTS if is_final else set())


def test_copies_become_one_file(paths: Paths, finished: FinishedStudy) -> None:
    study = finished.spec.study_id
    free(savings(paths, study))
    files = [*(paths.runs / "artifacts" / study).rglob("generator.safetensors")]
    own = paths.work(study) / "wgan-final-0000" / "generator.safetensors"
    # In the run's folder, beside MLflow's other files of the run, and in its model.
    assert sum(file.samefile(own) for file in files) == 2
    assert own.stat().st_nlink == 3
    assert not list(paths.runs.rglob("*.tmp"))


def test_where_there_are_no_second_names_copies_stay(
    paths: Paths, finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    found, before = savings(paths, finished.spec.study_id), room(paths.runs)
    assert free(found) == sum(saving.size for saving in found if saving.reason == OF_THE_SEARCH)
    assert before - room(paths.runs) == sum(saving.size for saving in found if saving.reason == OF_THE_SEARCH)
    assert not list(paths.runs.rglob("*.tmp"))


def test_checkpoints_of_runs_that_have_not_ended_stay_unless_asked_for(paths: Paths, finished: FinishedStudy) -> None:
    study = finished.spec.study_id
    free(savings(paths, study))
    work = paths.work(study)
    begun, stopped, failed = (work / f"wgan-trial-{number}" for number in ("0097", "0098", "0001"))
    begun.mkdir()
    record = TrialRecord.read(failed)
    assert record is not None
    config = replace(record.config, number=98)
    replace(record, state="interrupted", config=config).write(stopped)
    for folder in (begun, stopped, failed):
        (folder / CHECKPOINT_FILE).write_bytes(bytes(1000))
    assert [(each.reason, each.path.parent) for each in savings(paths, study)] == [(ENDED, failed)]
    found = savings(paths, study, unfinished=True)
    assert {(each.reason, each.path.parent) for each in found} == {
        (ENDED, failed), (NOT_ENDED, begun), (NOT_ENDED, stopped),
    }  # fmt: skip
    assert free(found) == 3000


def test_a_record_that_cannot_be_read_says_nothing_and_stays(paths: Paths, finished: FinishedStudy) -> None:
    study = finished.spec.study_id
    folder = paths.work(study) / "wgan-trial-0000"
    (folder / "record.json").write_text("{")
    kept = set(folder.iterdir())
    free(savings(paths, study))
    assert set(folder.iterdir()) == kept
    assert (folder / "record.json").read_text() == "{"


def test_a_study_that_runs_is_refused(paths: Paths, finished: FinishedStudy) -> None:
    study = finished.spec.study_id
    with (
        FileLock(paths.work(study) / "lock"),
        pytest.raises(UserError, match=f"study {study}: it is running; nothing of it was touched"),
        at_rest(paths, study),
    ):
        raise AssertionError("taken twice")
    with at_rest(paths, study):
        pass


def test_what_all_share_is_what_can_be_computed_again(paths: Paths) -> None:
    prepared = paths.data / "prepared" / "set" / "train.bin"
    prepared.parent.mkdir(parents=True)
    prepared.write_bytes(bytes(500))
    (paths.data / "pictures.zip").write_bytes(bytes(500))
    found = shared_savings(paths)
    assert {(each.reason, each.path.parent) for each in found} == {(CACHE, paths.cache), (PREPARED, prepared.parent)}
    elsewhere = replace(paths, data=paths.root / "elsewhere")
    (elsewhere.data / "prepared").mkdir(parents=True)
    (elsewhere.data / "prepared" / "train.bin").write_bytes(bytes(500))
    assert {each.reason for each in shared_savings(elsewhere)} == {CACHE}
