"""Optuna's journal: damaged anywhere, it costs nothing but the time to make it again from the records."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from optuna.study import StudyDirection
from searches import make_spec, record_of, search_of, trials_of

from benchmark.digests import KEY, is_whole
from benchmark.errors import UserError
from benchmark.records import TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.earlier import earlier_record
from benchmark.study.storage import open_storage
from benchmark.study.variant_study import VariantStudy
from ganzoo.registry import VARIANTS

DAMAGE = [b"\n", b"garbage\n", b"\xff\xfe\n", b"[]\n", b'{"op_code": 99}\n', b'{"worker_id": 1}\n']
FINAL = {"seeds": 2, "most_seeds": 8}


def spec_of() -> Spec:
    return make_spec(budget={"trials": 6}, cohort={"size": 2}, final=FINAL)


def study_of(spec: Spec, root: Path) -> VariantStudy:
    search = search_of(spec, "dcgan", root / "optuna.journal")
    return VariantStudy(VARIANTS["dcgan"], search, root / "work", spec.final)


def run_through(spec: Spec, root: Path, batches: int = 100) -> list[TrialConfig]:
    """Go on with a study as a new process does; gives what was trained."""
    study, trained = study_of(spec, root), []
    for _ in range(batches):
        batch = study.next_batch()
        if not batch:
            break
        for config in batch:
            state = "pruned" if config.kind == "trial" and config.number % 3 == 1 else "complete"
            record = record_of(config, state)  # type: ignore[arg-type]
            if config.kind == "trial":
                for rung in record.rungs:
                    study.search.prune(config.number, rung)
            record.write(root / "work" / config.label)
            study.take(record)
            trained.append(config)
    return trained


def told(spec: Spec, root: Path) -> list[tuple[object, ...]]:
    """Everything about the trials but when they were made."""
    trials = trials_of(spec, "dcgan", root / "optuna.journal")
    return [(t.number, t.state, t.value, t.params, t.intermediate_values, t.user_attrs) for t in trials]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole")
    run_through(spec_of(), root)
    return root


def test_every_line_carries_its_digest(whole: Path) -> None:
    lines = (whole / "optuna.journal").read_bytes().splitlines()
    assert all(KEY in json.loads(line) and is_whole(line) for line in lines)
    assert not is_whole(lines[3].replace(b'"worker_id"', b'"worker_ie"'))


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("line", [0, 7, 30, -1, None])
def test_a_damaged_line_costs_no_training(
    line: int | None, damage: bytes, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the beginning, in the middle, as the last line, and after it."""
    root = tmp_path / "again"
    shutil.copytree(whole, root)
    journal = root / "optuna.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    place = len(lines) if line is None else line % len(lines)
    lines[place : place + 1] = [damage]
    journal.write_bytes(b"".join(lines))
    assert run_through(spec_of(), root) == []
    assert told(spec_of(), root) == told(spec_of(), whole)
    said = capsys.readouterr().err
    assert said.startswith(f"ganbench: {journal}: damaged (line {place + 1}: ")
    assert said.count("\n") == 1
    assert (root / "optuna.journal.damaged").read_bytes() == b"".join(lines)


def test_an_unfinished_search_goes_on_as_if_nothing_had_been(whole: Path, tmp_path: Path) -> None:
    expected = run_through(spec_of(), tmp_path / "undisturbed")
    root = tmp_path / "disturbed"
    begun = run_through(spec_of(), root, batches=2)
    journal = root / "optuna.journal"
    journal.write_bytes(journal.read_bytes().replace(b'"op_code":5', b'"op_code":7', 1))
    assert begun + run_through(spec_of(), root) == expected
    assert told(spec_of(), root) == told(spec_of(), tmp_path / "undisturbed")


def test_a_journal_that_is_gone_is_made_again(whole: Path, tmp_path: Path) -> None:
    root = tmp_path / "again"
    shutil.copytree(whole, root)
    (root / "optuna.journal").unlink()
    assert run_through(spec_of(), root) == []
    assert told(spec_of(), root) == told(spec_of(), whole)


def test_a_journal_of_an_earlier_version_is_read(whole: Path, tmp_path: Path) -> None:
    root = tmp_path / "again"
    shutil.copytree(whole, root)
    journal = root / "optuna.journal"
    logs = [json.loads(line) for line in journal.read_bytes().splitlines()]
    plain = [{name: value for name, value in log.items() if name != KEY} for log in logs]
    journal.write_text("".join(json.dumps(log, separators=(",", ":")) + "\n" for log in plain), encoding="utf-8")
    assert told(spec_of(), root) == told(spec_of(), whole)
    assert run_through(spec_of(), root) == []


def test_it_stays_as_it_is_while_another_study_works_with_it(whole: Path, tmp_path: Path) -> None:
    root = tmp_path / "again"
    shutil.copytree(whole, root)
    other, journal = root / "work" / "other", root / "optuna.journal"
    other.mkdir()
    journal.write_bytes(b"garbage\n" + journal.read_bytes())
    before = journal.read_bytes()
    code = (
        "import sys, filelock\n"
        f"with filelock.FileLock({str(other / 'lock')!r}):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        (other / "holder").write_text(str(holder.pid))
        with pytest.raises(UserError, match=f"line 1 is damaged: end process {holder.pid}, which works with it"):
            open_storage(journal, None)
    finally:
        holder.communicate(b"")
    assert journal.read_bytes() == before


def test_damage_that_comes_while_a_study_runs_ends_it_in_one_line(whole: Path, tmp_path: Path) -> None:
    root = tmp_path / "again"
    shutil.copytree(whole, root)
    storage = open_storage(root / "optuna.journal", None)
    with (root / "optuna.journal").open("ab") as journal:
        journal.write(b"garbage\n")
    with pytest.raises(UserError, match=r"damaged .*: end what runs and run the study again"):
        storage.create_new_study([StudyDirection.MINIMIZE], "another")


@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_trial_whose_record_was_lost_after_the_search_was_told_is_made_again(
    number: int, whole: Path, tmp_path: Path
) -> None:
    """As it was: one that was pruned is pruned again at the same rung, and the search is told nothing twice."""
    root = tmp_path / "again"
    shutil.copytree(whole, root)
    folder = root / "work" / f"dcgan-trial-{number:04d}"
    before = (folder / "record.json").read_bytes()
    (folder / "record.json").write_bytes(b"garbage")
    earlier_record(folder, spec_of())
    study = study_of(spec_of(), root)
    (config,) = study.next_batch()
    record = TrialRecord.from_json(before)
    assert config == record.config
    pruned = [study.search.prune(number, rung) for rung in record.rungs]
    assert pruned == [False] * (len(record.rungs) - 1) + [record.state == "pruned"]
    record.write(folder)
    assert study.take(record)
    assert study.next_batch() == []
    assert told(spec_of(), root) == told(spec_of(), whole)
