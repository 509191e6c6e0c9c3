"""What a study is going to take: from records by hand, and measured where there is none."""

import shutil
from dataclasses import replace
from math import inf, isnan, nan
from pathlib import Path

import pytest
from tiny_study import FinishedStudy

from benchmark.commands.plan import (
    USUAL,
    Pace,
    expected_courses,
    planned,
    replayed_courses,
    sizes_up_to,
)
from benchmark.paths import Paths
from benchmark.race.searches import number_of
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.study.timetable import Course, played
from ganzoo.registry import VARIANTS

SPEC = Spec.model_validate(
    {
        "name": "s",
        "dataset": "digits",
        "budget": {"trials": 5, "discriminator_steps": 100, "rungs": [50, 100]},
        "cohort": {"size": 2},
        "final": {"seeds": 6, "most_seeds": 12, "candidates": 2},
    }
)
PACE = Pace(step_seconds=0.01, score_seconds=0.5, trial_seconds=nan, source="by hand")


def test_a_variant_runs_batches_candidates_finals_and_what_the_race_usually_wants() -> None:
    whole = 100 * 0.01 + 2 * 0.5
    courses = expected_courses(SPEC, {"a": PACE, "b": replace(PACE, trial_seconds=0.75), "c": PACE, "d": PACE})
    searches = [((each, each), (each, each), (each,), (whole,) * 2, (whole,) * 6) for each in (whole, 0.75)]
    # Of 4, half leave while the seeds double: 4 / sqrt(2) = 2.8 after the look at 6, 2 after that at 9.
    assert courses[0] == Course("a", searches[0], ((whole,) * 3, (whole,) * 3))
    assert courses[1] == Course("b", searches[1], ((whole,) * 3, (whole,) * 3))
    assert courses[2] == Course("c", searches[0], ((whole,) * 3, ()))
    assert courses[3] == Course("d", searches[0], ((), ()))


def test_without_a_race_nothing_follows_the_first_finals() -> None:
    spec = SPEC.model_copy(update={"final": SPEC.final.model_copy(update={"most_seeds": 6, "candidates": 1})})
    (course,) = expected_courses(spec, {"a": PACE})
    assert course.rounds == ()
    assert course.runs == 5 + 6


def test_a_study_that_ran_is_played_as_it_went(finished: FinishedStudy) -> None:
    records = finished.observer.records
    courses = {course.variant: course for course in replayed_courses(finished.spec, records)}
    assert courses.keys() == {record.config.variant for record in records}
    for name, course in courses.items():
        own = [record for record in records if record.config.variant == name]
        assert course.runs == len(own)
        took = sum(record.costs.get("train_seconds", 0) + record.costs.get("score_seconds", 0) for record in own)
        assert course.seconds == pytest.approx(took)
        assert [len(batch) for batch in course.search[:-1]] == [finished.spec.cohort.size] * (len(course.search) - 1)


def test_a_study_that_is_over_is_played_with_the_runs_that_it_made(finished: FinishedStudy) -> None:
    variants = [VARIANTS[name] for name in finished.sound]
    found = planned(finished.spec, variants, [1, 2], finished.paths, lambda _: None)
    assert found.is_replay
    own = [record for record in finished.observer.records if record.config.variant in finished.sound]
    assert found.runs == len(own)
    courses = replayed_courses(finished.spec, own)
    assert found.tables == tuple(played(courses, workers, USUAL) for workers in (1, 2))


def test_runs_of_this_study_are_known_best_then_those_of_others(finished: FinishedStudy, tmp_path: Path) -> None:
    variant = VARIANTS[finished.sound[0]]
    told: list[str] = []
    paths = Paths(tmp_path, tmp_path / "data")
    for folder in finished.work.glob(f"{variant.name}-trial-*"):
        shutil.copytree(folder, paths.work(finished.spec.study_id) / folder.name)
    found = planned(finished.spec, [variant], [1, 2], paths, told.append)
    assert not found.is_replay
    pace = found.paces[variant.name]
    own = [record for record in finished.records(variant.name, "trial") if record.rungs]
    assert pace.source == f"{len(own)} runs of this study"
    assert not told
    trials = [record for record in own if record.config.kind == "trial"]
    took = [record.costs["train_seconds"] + record.costs["score_seconds"] for record in trials]
    assert pace.trial_seconds == pytest.approx(sum(took) / len(took))
    assert found.tables == tuple(played(found.courses, workers, USUAL) for workers in (1, 2))
    assert found.runs == sum(course.runs for course in found.courses)
    other = finished.spec.model_copy(update={"name": "another"})
    pace = planned(other, [variant], [1], paths, told.append).paces[variant.name]
    assert pace.source == f"{len(own)} runs of other studies"
    assert isnan(pace.trial_seconds)  # which may have had other budgets
    steps = sorted(record.costs["train_seconds"] / record.costs["discriminator_steps"] for record in own)
    assert steps[0] <= pace.step_seconds <= steps[-1]


@pytest.mark.parametrize(
    "change",
    [
        {"resolution": 16},
        {"budget": {"batch_size": 77}},
        {"dataset": "gaussians"},
    ],
)
def test_runs_on_other_data_or_batches_say_nothing(
    change: dict[str, object], finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmark.commands import plan

    variant, values = VARIANTS[finished.sound[0]], finished.spec.model_dump()
    values |= {key: values[key] | each if isinstance(each, dict) else each for key, each in change.items()}
    monkeypatch.setattr(plan, "_measured", lambda spec, variant, score_seconds: replace(PACE, source="measured"))
    told: list[str] = []
    found = planned(Spec.model_validate(values), [variant], [1], finished.paths, told.append)
    assert found.paces[variant.name].source == "measured"
    assert told == [f"measuring {variant.name}, of which no record is here"]


def test_what_nobody_has_run_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("benchmark.commands.plan.MEASURED_SECONDS", 0.1)
    spec = SPEC.model_copy(update={"score": SPEC.score.model_copy(update={"images": 64})})
    found = planned(spec, [VARIANTS["gan-shallow"]], [1], Paths(tmp_path, tmp_path / "data"), lambda _: None)
    pace = found.paces["gan-shallow"]
    assert pace.source == "measured now"
    assert 0 < pace.step_seconds < 10
    assert 0 < pace.score_seconds < inf
    assert not (tmp_path / "runs" / "work").exists()


def test_a_record_of_before_says_nothing(finished: FinishedStudy, tmp_path: Path) -> None:
    record = next(record for record in finished.observer.records if record.rungs)
    folder = tmp_path / "runs" / "work" / "s-1" / record.config.label
    replace(record, costs={}).write(folder)
    assert TrialRecord.read(folder) is not None
    from benchmark.commands.plan import _records

    assert [*_records(finished.spec, Paths(tmp_path, tmp_path / "data"))] == []


def test_numbers_of_workers_are_powers_of_two_and_the_last() -> None:
    assert sizes_up_to(64) == [1, 2, 4, 8, 16, 32, 64]
    assert sizes_up_to(6) == [1, 2, 4, 6]
    assert sizes_up_to(1) == [1]
    assert sizes_up_to(0)[0] == 1


REPEATED = SPEC.model_copy(
    update={
        "budget": SPEC.budget.model_copy(update={"searches": 4}),
        "final": SPEC.final.model_copy(update={"seeds": 3, "most_seeds": 3, "candidates": 1}),
    }
)


def test_where_searches_are_repeated_the_race_asks_for_whole_ones() -> None:
    whole = 100 * 0.01 + 2 * 0.5
    courses = expected_courses(REPEATED, {"a": PACE, "b": PACE})
    search = ((whole,) * 2, (whole,) * 2, (whole,), (whole,) * 3)
    # Two searches of each at first; of 2 variants 2 / sqrt(2) = 1.4 are left after the look at 2, 1 after that at 3.
    assert courses[0] == Course("a", search, ((whole,) * 8,) * len(courses[0].rounds))
    assert courses[1] == Course("a", search)
    assert courses[3] == Course("b", search)
    assert sum(course.runs for course in courses) == 8 * (4 + len(courses[0].rounds))


def test_repeated_searches_that_ran_are_played_as_they_went(finished: FinishedStudy) -> None:
    """A search's runs as many times as there are searches: two at first, and the others in the rounds of the race."""
    own = [record for record in finished.observer.records if record.config.variant == finished.sound[0]]
    kinds = ("trial", "candidate", "final")
    one = [record for record in own if record.config.kind in kinds]
    records = [
        replace(record, config=replace(record.config, number=number_of(search, record.config.number)))
        for search in range(4)
        for record in one
    ]
    budget = finished.spec.budget.model_copy(update={"searches": 4})
    spec = finished.spec.model_copy(update={"budget": budget})
    courses = replayed_courses(spec, records)
    first = [course for course in courses if not course.rounds]
    (last,) = [course for course in courses if course.rounds]
    assert [course.search for course in first] == [last.search]
    a_search = sum(map(len, last.search))
    assert sum(course.runs for course in courses) == 4 * a_search
    assert sum(map(len, last.rounds)) == 2 * a_search
