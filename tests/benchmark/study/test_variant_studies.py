"""Searches that are repeated: with everything real below them, raised later, broken off, and against a single one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pools import ThreadPool
from searches import make_spec, search_of
from searches import record_of as made_up
from tiny_study import FinishedStudy, RecordingObserver

from benchmark.paths import Paths
from benchmark.race.searches import NUMBERS
from benchmark.records import RECORD_FILE, State, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.final_race import FinalRace, fruitless
from benchmark.study.outage import Outage
from benchmark.study.runner import Study, StudySettings
from benchmark.study.storage import open_storage
from benchmark.study.variant_studies import VariantStudies
from ganzoo.registry import VARIANTS

FINAL = {"seeds": 2, "most_seeds": 2}


def spec_of(searches: int, **final: object) -> Spec:
    budget = {"trials": 2, "searches": searches, "discriminator_steps": 20, "rungs": [10]}
    return make_spec(budget=budget, cohort={"size": 2}, final=FINAL | final)


class Course:
    """A study of made-up scores, run as `benchmark.study.runner` does.

    Args:
        spec: The study.
        root: Where its journal and its records are.
        score: The state and the score of a run.
    """

    def __init__(
        self, spec: Spec, root: Path, score: Callable[[TrialConfig], tuple[State, float]], *variants: str
    ) -> None:
        self._work, self._score = root / "work", score
        storage = open_storage(root / "optuna.journal", None)
        found = [VARIANTS[name] for name in variants or ("dcgan", "wgan")]
        self.studies = VariantStudies(spec, found, (storage, Outage()), self._work)
        self.made: list[TrialRecord] = []

    def run(self) -> "Course":
        while True:
            while sum(self._make(study.next_batch()) for study in self.studies):
                pass
            self.race = self.studies.race()
            if self.race is None or self.race.finished:
                return self
            self.studies.want(self.race.needed)

    def _make(self, batch: Sequence[TrialConfig]) -> int:
        for config in batch:
            state, fid = self._score(config)
            record = made_up(config, state, fid)
            record.write(self._work / config.label)
            self.made.append(record)
            if config.kind == "trial":
                for rung in record.rungs:
                    self.studies.of(config).search.prune(config.number, rung)
            self.studies.of(config).take(record)
        return len(batch)

    @property
    def labels(self) -> list[str]:
        return sorted(record.config.label for record in self.made)


def close(config: TrialConfig) -> tuple[State, float]:
    """Nobody is worse than another."""
    return "complete", 10.0 + (config.number * 7919 + len(config.variant)) % 13 / 10


def apart(config: TrialConfig) -> tuple[State, float]:
    """Wgan is out once two searches can tell."""
    state, fid = close(config)
    return state, fid * (1e6 if config.variant == "wgan" else 1.0)


def test_a_study_of_one_search_begins_one(tmp_path: Path) -> None:
    course = Course(spec_of(1), tmp_path, close).run()
    assert len(course.studies) == 2
    assert {record.config.number for record in course.made} == {0, 1}


def test_every_search_has_trials_and_final_runs_of_its_own(tmp_path: Path) -> None:
    course = Course(spec_of(3), tmp_path, close, "dcgan", "wgan").run()
    for name in ("dcgan", "wgan"):
        own = [record.config for record in course.made if record.config.variant == name]
        for kind in ("trial", "final"):
            numbers = sorted(config.number for config in own if config.kind == kind)
            assert numbers == [0, 1, NUMBERS, NUMBERS + 1, 2 * NUMBERS, 2 * NUMBERS + 1]
        assert len({config.seed for config in own}) == len(own)
        settings = {config.number: config.hyperparameters for config in own if config.kind == "trial"}
        # Each begins with the paper's, and goes on from there by itself.
        assert settings[0] == settings[NUMBERS] == settings[2 * NUMBERS]
        assert settings[1] != settings[NUMBERS + 1] != settings[2 * NUMBERS + 1]
        for config in own:
            if config.kind == "final":
                assert int(config.setting) // NUMBERS == config.number // NUMBERS
                assert config.hyperparameters == settings[int(config.setting)]
    assert course.race is not None
    assert [stage.seeds for stage in course.race.stages] == [2, 3]


def test_the_first_of_many_searches_is_the_one_of_a_single_one(tmp_path: Path) -> None:
    alone = Course(spec_of(1), tmp_path / "alone", close).run()
    several = Course(spec_of(2), tmp_path / "several", close).run()
    first = [record for record in several.made if record.config.number < NUMBERS]
    assert sorted(map(repr, first)) == sorted(map(repr, alone.made))


def test_only_contenders_get_more_searches(tmp_path: Path) -> None:
    course = Course(spec_of(12, error=0.4), tmp_path, apart).run()
    assert course.race is not None
    assert course.race.verdicts["wgan"].verdict == "out"
    stage = course.race.verdicts["wgan"].stage
    assert stage is not None
    assert stage < 12
    assert len(course.studies.of_variant("wgan")) == stage == course.race.needed["wgan"]


@pytest.mark.parametrize("steps", [(1, 2, 4), (2, 3, 4), (4, 4)])
def test_more_searches_later_are_as_more_at_once_and_repeat_nothing(steps: tuple[int, ...], tmp_path: Path) -> None:
    at_once = Course(spec_of(4), tmp_path / "once", close).run()
    made: list[str] = []
    for searches in steps:
        course = Course(spec_of(searches), tmp_path / "later", close).run()
        made += course.labels
    assert sorted(made) == at_once.labels  # each once
    assert repr(course.race) == repr(at_once.race)


def test_fewer_searches_leave_the_later_ones_aside(tmp_path: Path) -> None:
    Course(spec_of(3), tmp_path, close).run()
    fewer = Course(spec_of(2), tmp_path, close).run()
    assert fewer.made == []
    assert fewer.race is not None
    assert [stage.seeds for stage in fewer.race.stages] == [2]
    later = TrialConfig("dcgan", "trial", 2 * NUMBERS, 0, {})
    assert not fewer.studies.note(made_up(later, fid=1.0))
    assert fewer.studies.note(made_up(replace(later, number=NUMBERS), fid=1.0))
    assert not fewer.studies.note(made_up(replace(later, variant="lsgan", number=0), fid=1.0))


def test_a_search_without_a_complete_trial_counts_as_one_that_diverged(tmp_path: Path) -> None:
    def unlucky(config: TrialConfig) -> tuple[State, float]:
        is_second = config.variant == "wgan" and config.number // NUMBERS == 1
        return ("diverged" if is_second else "complete"), close(config)[1]

    spec = spec_of(3)
    course = Course(spec, tmp_path, unlucky).run()
    assert {record.config.number // NUMBERS for record in course.made if record.config.kind == "final"} == {0, 1, 2}
    numbers = {r.config.number for r in course.made if (r.config.variant, r.config.kind) == ("wgan", "final")}
    assert numbers == {0, 1, 2 * NUMBERS, 2 * NUMBERS + 1}
    assert fruitless(course.made, spec.budget.trials) == [("wgan", 1)]
    again = FinalRace.of(spec)
    again.take([record for record in course.made if record.config.kind == "final"])
    again.pass_over("wgan", 1)
    assert repr(again.result()) == repr(course.race)
    assert course.race is not None
    assert course.race.verdicts["wgan"].factor > 1.0


def test_who_never_completes_a_trial_does_not_race(tmp_path: Path) -> None:
    course = Course(spec_of(3), tmp_path, lambda config: ("diverged", 1.0), "dcgan").run()
    assert course.race is None
    assert [record.config.number for record in course.made] == [0, 1, NUMBERS, NUMBERS + 1]


def test_the_paper_s_settings_get_as_many_final_runs_by_searches_that_need_no_trials(tmp_path: Path) -> None:
    def papers_are_better(config: TrialConfig) -> tuple[State, float]:
        state, fid = close(config)
        return state, fid * (1e6 if config.kind == "final" else 1.0)

    course = Course(spec_of(12, error=0.4, settings=["found", "paper"]), tmp_path, papers_are_better).run()
    assert course.race is not None
    assert set(course.race.contenders) <= {"dcgan (paper)", "wgan (paper)"}
    searches = {
        kind: max(record.config.number // NUMBERS for record in course.made if record.config.kind == kind)
        for kind in ("trial", "final", "paper")
    }
    assert searches["trial"] == searches["final"] < searches["paper"]


def test_a_damaged_record_of_a_later_search_is_made_again_alone(tmp_path: Path) -> None:
    spec = spec_of(2)
    first = Course(spec, tmp_path, close, "dcgan").run()
    damaged = tmp_path / "work" / f"dcgan-trial-{NUMBERS + 1}" / RECORD_FILE
    damaged.rename(damaged.with_name(f"{RECORD_FILE}.damaged"))
    again = Course(spec, tmp_path, close, "dcgan").run()
    assert again.labels == [f"dcgan-trial-{NUMBERS + 1}"]
    assert repr(again.race) == repr(first.race)


def test_searches_have_optuna_studies_of_their_own(tmp_path: Path) -> None:
    Course(spec_of(2), tmp_path, close, "dcgan").run()
    names = {study.study_name for study in open_storage(tmp_path / "optuna.journal", None).get_all_studies()}
    study_id = spec_of(1).study_id
    assert names == {f"{study_id}/dcgan", f"{study_id}/dcgan/1"}
    assert len(search_of(spec_of(1), "dcgan", tmp_path / "optuna.journal").told()) == 2


class Broken(StopIteration):
    """Somebody ends the process."""


class EndsAfter(RecordingObserver):
    """Ends the study as a signal does, after so many runs of this sitting."""

    def __init__(self, runs: int) -> None:
        super().__init__()
        self._left = runs

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        super().on_run_end(record, folder)
        self._left -= 1
        if not self._left:
            raise Broken


@pytest.fixture
def run_for_real(tiny: Spec, finished: FinishedStudy) -> Callable[..., RecordingObserver]:
    """Train the tiny study's two sound variants in a folder, with so many searches."""

    def run(root: Path, searches: int, observer: RecordingObserver | None = None) -> RecordingObserver:
        budget = tiny.budget.model_copy(update={"searches": searches, "trials": 2})
        spec, paths = tiny.model_copy(update={"budget": budget}), Paths(root, root / "data")
        settings, observer = StudySettings(spec, paths, "cpu", None), observer or RecordingObserver()
        settings.work.mkdir(parents=True, exist_ok=True)
        variants = [VARIANTS[name] for name in finished.sound]
        Study(settings, variants, ThreadPool(), [observer]).run(finished.preparation)
        return observer

    return run


def results(root: Path) -> dict[str, object]:
    """What came of every run, by label, but for the times."""
    records = [TrialRecord.read(path.parent) for path in (root / "runs" / "work").rglob("record.json")]
    return {
        record.config.label: (repr(record.config), record.state, repr(record.rungs), repr(record.curves))
        for record in records
        if record
    }


@pytest.mark.long
def test_for_real_broken_off_and_raised_it_is_as_at_once(
    run_for_real: Callable[..., RecordingObserver], tmp_path: Path
) -> None:
    whole = run_for_real(tmp_path / "once", 2)
    assert len(whole.begun) == len({*whole.begun}) == 2 * 2 * (2 + 2)
    later, made = tmp_path / "later", []
    for searches, runs in ((1, 3), (1, 99), (2, 3), (2, 99)):
        observer = EndsAfter(runs)
        try:
            run_for_real(later, searches, observer)
        except Broken:
            assert runs == 3
        made.append([record.config.label for record in observer.records])
    assert results(later) == results(tmp_path / "once")
    alone = {label for label in results(tmp_path / "once") if not label.endswith(("1000000", "1000001"))}
    assert {*made[1]} == alone  # of the first search nothing else
    assert run_for_real(later, 2).begun == []
