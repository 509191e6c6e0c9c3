"""One variant's way through its study, batch after batch, with made-up scores and no training."""

from math import inf
from pathlib import Path

import pytest
from searches import PROTOCOL, make_spec, record_of, search_of

from benchmark.records import Kind, State, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.variant_study import VariantStudy
from ganzoo.registry import VARIANTS

BUDGET = {"trials": 4, "discriminator_steps": 20, "rungs": [10]}
FINAL = {"seeds": 2, "most_seeds": 8}


def spec_of(**final: object) -> Spec:
    return make_spec(budget=BUDGET, cohort={"size": 2}, final=FINAL | final)


def study_of(spec: Spec, root: Path, variant: str = "dcgan") -> VariantStudy:
    """As a new process opens it."""
    search = search_of(spec, variant, root / "optuna.journal")
    return VariantStudy(VARIANTS[variant], search, root / "work", spec.final)


def labels(batch: list[TrialConfig]) -> list[str]:
    return [config.label.removeprefix("dcgan-") for config in batch]


def end(study: VariantStudy, config: TrialConfig, work: Path, fid: float, state: State = "complete") -> bool:
    """Leave a record on disk, as a worker does, and take it in."""
    if config.kind == "trial":
        for rung in record_of(config).rungs:
            study.search.prune(config.number, rung)
    record = record_of(config, state, fid)
    record.write(work / config.label)
    return study.take(record)


def search_through(study: VariantStudy, work: Path, *fids: float) -> None:
    """End the trials, of which the one with the lowest score is chosen."""
    left = list(fids)
    while left:
        for config in study.next_batch():
            end(study, config, work, left.pop(0))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


def test_trials_come_first_then_final_runs_then_nothing(tmp_path: Path, work: Path) -> None:
    study, asked = study_of(spec_of(), tmp_path), []
    while batch := study.next_batch():
        asked.append(labels(batch))
        for config in batch:
            end(study, config, work, 10.0 + config.number)
    assert asked == [["trial-0000", "trial-0001"], ["trial-0002", "trial-0003"], ["final-0000", "final-0001"]]
    assert [record.config.number for record in study.finals] == [0, 1]
    assert study.chosen() == 0


def test_only_the_last_of_a_batch_ends_it(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(), tmp_path)
    first, second = study.next_batch()
    assert study.waits_for(first)
    assert not end(study, first, work, 5.0)
    assert not study.waits_for(first)
    assert study.waits_for(second)
    assert study.search.best() == []  # nothing is told before the whole batch has ended
    assert end(study, second, work, 4.0)
    assert study.search.best(2) == [1, 0]


def test_final_runs_have_the_settings_of_the_best_trial(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(), tmp_path)
    search_through(study, work, 9.0, 8.0, 2.0, 7.0)
    assert study.chosen() == 2
    best = study.best()
    assert best is not None
    assert (best.config.number, best.final_scores["fid"]) == (2, 2.0)
    finals = study.next_batch()
    assert [config.hyperparameters for config in finals] == [best.config.hyperparameters] * 2
    assert {config.setting for config in finals} == {"2"}


def test_candidates_stand_between_and_may_overturn_a_lucky_trial(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(candidates=2, candidate_seeds=2), tmp_path)
    search_through(study, work, 9.0, 3.0, 2.0, 7.0)
    candidates = study.next_batch()
    assert labels(candidates) == [f"candidate-000{number}" for number in range(4)]
    assert [config.setting for config in candidates] == ["2", "2", "1", "1"]
    # Trial 2 was lucky: its mean is (2 + 8 + 8) / 3 = 6, that of trial 1 (3 + 4 + 5) / 3 = 4.
    for config, fid in zip(candidates, (8.0, 8.0, 4.0, 5.0), strict=True):
        end(study, config, work, fid)
    assert study.chosen() == 1
    assert {config.setting for config in study.next_batch()} == {"1"}


def test_the_race_may_want_more_seeds_of_both_settings(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(settings=["found", "paper"]), tmp_path)
    search_through(study, work, 9.0, 8.0, 2.0, 7.0)
    first = study.next_batch()
    assert labels(first) == ["final-0000", "final-0001", "paper-0000", "paper-0001"]
    assert first[2].hyperparameters == VARIANTS["dcgan"].defaults.present()
    for config in first:
        end(study, config, work, 5.0)
    assert study.next_batch() == []
    study.want({"dcgan": 3, "dcgan (paper)": 2, "wgan": 8})
    (third,) = study.next_batch()
    assert third.label == "dcgan-final-0002"
    end(study, third, work, 5.0)
    study.want({"dcgan (paper)": 4})
    assert labels(study.next_batch()) == ["paper-0002", "paper-0003"]
    assert [record.config.number for record in study.finals] == [0, 1, 2]
    assert len(study.raced) == 5


def test_the_paper_s_settings_do_not_race_against_themselves(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(settings=["found", "paper"]), tmp_path)
    search_through(study, work, 1.0, 8.0, 2.0, 7.0)
    assert study.chosen() == 0
    assert labels(study.next_batch()) == ["final-0000", "final-0001"]


def test_without_a_complete_trial_nothing_races(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(), tmp_path)
    for _ in range(2):
        for config in study.next_batch():
            end(study, config, work, 1.0, "diverged")
    assert study.next_batch() == []
    assert study.chosen() is None
    assert study.best() is None


def test_records_on_disk_are_taken_in_and_not_made_again(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(), tmp_path)
    search_through(study, work, 9.0, 8.0, 2.0, 7.0)
    finals = study.next_batch()
    end(study, finals[0], work, 3.0)
    again = study_of(spec_of(), tmp_path)
    assert labels(again.next_batch()) == ["final-0001"]
    assert [record.final_scores["fid"] for record in again.finals] == [3.0]


def test_seeds_of_earlier_sittings_stay_in_the_race(tmp_path: Path, work: Path) -> None:
    study = study_of(spec_of(), tmp_path)
    search_through(study, work, 9.0, 8.0, 2.0, 7.0)
    study.want({"dcgan": 4})
    made = study.next_batch()
    for config in made:
        end(study, config, work, 3.0)
    assert len(made) == 4
    again = study_of(spec_of(), tmp_path)
    for config in made:
        record = TrialRecord.read(work / config.label)
        assert record is not None
        again.note(record)
    assert again.next_batch() == []
    assert [record.config.number for record in again.finals] == [0, 1, 2, 3]


def timed(kind: Kind, number: int, train: float, score: float) -> TrialRecord:
    config = TrialConfig("dcgan", kind, number, 0, {})
    return TrialRecord(config, "complete", PROTOCOL, costs={"train_seconds": train, "score_seconds": score})


def test_what_is_left_takes_as_long_as_what_was(tmp_path: Path) -> None:
    study = study_of(spec_of(), tmp_path)
    assert study.seconds_left(6) == inf
    for record in (timed("trial", 0, 8.0, 2.0), timed("trial", 1, 18.0, 2.0), timed("final", 0, 27.0, 3.0)):
        study.note(record)
    study.note(timed("final", 0, 27.0, 3.0))  # told twice, counted once
    assert study.seconds_left(6) == 3 * 20.0
