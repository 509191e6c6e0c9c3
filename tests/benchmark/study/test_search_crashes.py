"""Whatever happens between two trials, the search proposes the same."""

import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import optuna
import pytest
from optuna.trial import TrialState
from searches import make_spec, record_of, run_batch, run_to_the_end, search_of, trials_of

from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.study.search import Search
from benchmark.study.storage import open_storage
from ganzoo.registry import VARIANTS


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "optuna.journal"


def test_a_search_that_is_over_stays_so(journal: Path) -> None:
    spec = make_spec(budget={"trials": 4})
    run_to_the_end(search_of(spec, "dcgan", journal))
    again = search_of(spec, "dcgan", journal)
    assert again.batch() == []
    assert [trial.state for trial in trials_of(spec, "dcgan", journal)] == [TrialState.COMPLETE] * 4


def asked_and_reopened(spec: Spec, journal: Path) -> list[TrialConfig]:
    """Every batch is asked for, then lost with its process, and asked for again."""
    asked = []
    while batch := search_of(spec, "dcgan", journal).batch():
        again = search_of(spec, "dcgan", journal)
        assert again.batch() == batch
        run_batch(again, batch)
        asked += batch
    return asked


def told_in_part(spec: Spec, journal: Path) -> list[TrialConfig]:
    """The process ends after it told half of a batch."""
    asked = []
    while batch := search_of(spec, "dcgan", journal).batch():
        before = search_of(spec, "dcgan", journal)
        before.batch()
        before.tell([record_of(config) for config in batch[: len(batch) // 2]])
        after = search_of(spec, "dcgan", journal)
        assert after.batch() == batch[len(batch) // 2 :]
        after.tell([record_of(config) for config in batch[len(batch) // 2 :]])
        asked += batch
    return asked


@pytest.mark.parametrize("disturbed", [asked_and_reopened, told_in_part])
def test_crashes_do_not_change_the_search(disturbed: Callable[[Spec, Path], list[TrialConfig]], tmp_path: Path) -> None:
    spec = make_spec()
    expected = run_to_the_end(search_of(spec, "dcgan", tmp_path / "undisturbed"))
    assert disturbed(spec, tmp_path / "disturbed") == expected


def test_a_journal_cut_off_anywhere_gives_the_same_search(tmp_path: Path) -> None:
    """In the second cohort, where the sampler has learnt: at every line's end, and in the middle of every line."""
    spec = make_spec(budget={"trials": 4}, cohort={"size": 2})
    whole = tmp_path / "whole"
    search = search_of(spec, "dcgan", whole)
    run_batch(search, search.batch())
    begun = whole.stat().st_size
    expected = search.batch()
    content = whole.read_bytes()
    ends = [place + 1 for place in range(begun, len(content)) if content[place : place + 1] == b"\n"]
    assert len(ends) >= 2 * (1 + 4)  # each trial is created, and gets its parameters one by one
    for number, end in enumerate(ends):
        for place in (end, end - 9):
            cut = tmp_path / f"cut-{number}-{place}"
            cut.write_bytes(content[:place])
            assert search_of(spec, "dcgan", cut).batch() == expected, content[:place].splitlines()[-1]


def test_a_mended_journal_can_be_read_and_written(journal: Path) -> None:
    spec = make_spec()
    search_of(spec, "dcgan", journal).batch()
    journal.write_bytes(journal.read_bytes()[:-5])
    storage = open_storage(journal, None)
    assert journal.read_bytes().endswith(b"}\n")
    run_to_the_end(Search(spec, VARIANTS["dcgan"], storage))
    assert len(trials_of(spec, "dcgan", journal)) == 10


def test_a_trial_with_half_of_its_parameters_gets_the_same_other_half(tmp_path: Path) -> None:
    spec = make_spec(budget={"trials": 8})
    search = search_of(spec, "dcgan", tmp_path / "one")
    run_batch(search, search.batch())
    shutil.copy(tmp_path / "one", tmp_path / "other")
    expected = search.batch()
    asked = {trial.number: trial for trial in trials_of(spec, "dcgan", tmp_path / "one")}
    storage = open_storage(tmp_path / "other", None)
    study = optuna.load_study(study_name=f"{spec.study_id}/dcgan", storage=storage)
    left = study.ask()
    for name in ("lr_generator", "lr_discriminator"):
        distribution = asked[4].distributions[name]
        storage.set_trial_param(left._trial_id, name, asked[4].params[name], distribution)
    assert left.number == 4
    assert Search(spec, VARIANTS["dcgan"], storage).batch() == expected


def test_a_lock_that_a_killed_process_left_does_not_hold_up_the_next(journal: Path) -> None:
    """Optuna's own lock is a link that outlives its process, and is waited for half a minute."""
    search_of(make_spec(), "dcgan", journal).batch()
    link = journal.with_name(f"{journal.name}.lock")
    link.unlink(missing_ok=True)
    link.symlink_to(journal)
    thread = Thread(target=search_of, args=(make_spec(), "wgan", journal), daemon=True)
    thread.start()
    thread.join(5.0)
    is_held_up = thread.is_alive()
    link.unlink(missing_ok=True)
    thread.join()
    assert not is_held_up
