"""The parent of a study, with everything real below it: uninterrupted, run again, killed half way, out of memory."""

import json
import multiprocessing
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING

import optuna
import pandas as pd
import pytest
import torch
from mlflow import MlflowClient
from mlflow.entities import Run
from safetensors.torch import load_file

from benchmark.launch import Resources, resolve_variants, run_study
from benchmark.paths import Paths
from benchmark.records import GENERATOR_FILE, Protocol, RungRecord, TrialRecord
from benchmark.search import open_storage
from benchmark.spec import Spec
from benchmark.study import Study, StudySettings, description
from benchmark.tracking import Tracker
from benchmark.trial import CohortTask, RungReport
from benchmark.workers import Ended, Event, RungReached, Started, TaskFailed
from ganzoo.catalog import VARIANTS
from reports.write import write_report

if TYPE_CHECKING:
    from conftest import FinishedStudy, RecordingObserver, ResumedStudy, ScriptedPool

pytestmark = pytest.mark.xdist_group("tiny-study")


def mlflow_runs(finished: "FinishedStudy") -> dict[str, Run]:
    client = MlflowClient(tracking_uri=finished.uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    return {str(run.info.run_name): run for run in client.search_runs([experiment.experiment_id], max_results=1000)}


def decisive(record: TrialRecord) -> tuple[object, ...]:
    """All of a record that depends neither on the clock nor on the current directory."""
    steps = {name: value for name, value in record.costs.items() if not name.endswith("_seconds")}
    # The version of the code is that of the current directory, and processes have different ones.
    environment = record.environment | {"code": ""}
    return record.assignment, record.state, record.protocol, record.rungs, record.curves, steps, environment


def test_every_run_leaves_a_record(finished: "FinishedStudy") -> None:
    for variant in finished.sound:
        trials, finals = finished.records(variant, "trial"), finished.records(variant, "final")
        assert [record.assignment.number for record in trials] == [0, 1, 2, 3]
        assert [record.assignment.number for record in finals] == [0, 1]
        assert {record.state for record in trials} <= {"complete", "pruned"}
        # Two trials have to be complete before any is pruned, and a cohort has two.
        assert [record.state for record in trials[:2]] == ["complete", "complete"]
        assert {record.state for record in finals} == {"complete"}
        assert {record.protocol.split for record in trials} == {"validation"}
        assert {record.protocol.split for record in finals} == {"test"}
        assert len({record.assignment.seed for record in (*trials, *finals)}) == 6


def test_final_runs_have_the_hyperparameters_of_the_best_trial(finished: "FinishedStudy") -> None:
    for variant in finished.sound:
        complete = [record for record in finished.records(variant, "trial") if record.state == "complete"]
        best = min(complete, key=lambda record: record.final_scores["fid"])
        for final in finished.records(variant, "final"):
            assert final.assignment.hyperparameters == best.assignment.hyperparameters


def test_pruned_trials_were_worse_than_the_median_of_the_first_cohort(finished: "FinishedStudy") -> None:
    for variant in finished.sound:
        trials = finished.records(variant, "trial")
        at_rung = [record.rungs[0].scores["fid"] for record in trials]
        median = (at_rung[0] + at_rung[1]) / 2
        assert ["pruned" if fid > median else "complete" for fid in at_rung[2:]] == [r.state for r in trials[2:]]
        assert [len(record.rungs) for record in trials] == [2 if r.state == "complete" else 1 for r in trials]


def test_optuna_holds_what_the_records_say(finished: "FinishedStudy") -> None:
    states = {"complete": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL"}
    storage = open_storage(finished.paths.journal, None)
    for variant in (*finished.sound, finished.failing):
        study = optuna.load_study(study_name=f"{finished.spec.study_id}/{variant}", storage=storage)
        for trial, record in zip(study.trials, finished.records(variant, "trial"), strict=True):
            assert trial.state.name == states[record.state]
            assert trial.params.items() <= record.assignment.hyperparameters.items()
            if record.state == "complete":
                assert trial.value == record.final_scores["fid"]
                assert trial.intermediate_values == {rung.step: rung.scores["fid"] for rung in record.rungs}


def test_a_failed_variant_does_not_stop_the_others(finished: "FinishedStudy") -> None:
    failed = finished.records(finished.failing, "trial")
    assert [record.state for record in failed] == ["failed"] * 4
    assert all("step-000010.png" in record.message and "\n" not in record.message for record in failed)
    assert finished.records(finished.failing, "final") == []
    assert sum("hinge-trial-0000 failed" in line for line in finished.observer.lines) == 1
    best = mlflow_runs(finished)["hinge"]
    assert best.info.status == "FINISHED"
    assert best.data.metrics == {"trials/failed": 4.0}


def test_a_person_is_told_of_every_run_once(finished: "FinishedStudy") -> None:
    labels = sorted(folder.parent.name for folder in finished.work.glob("*/record.json"))
    observer = finished.observer
    assert observer.variants == [*finished.sound, finished.failing]
    assert sorted(observer.begun) == labels
    assert sorted(record.assignment.label for record in observer.records) == labels
    measured = [(r.assignment.label, rung.step) for r in observer.records for rung in r.rungs]
    assert sorted(observer.rungs) == sorted(measured)


def test_mlflow_holds_what_the_records_say(finished: "FinishedStudy") -> None:
    runs = mlflow_runs(finished)
    # A parent a variant, four trials each, and two final runs of those that have a best trial.
    assert len(runs) == 3 + 3 * 4 + 2 * 2
    for record in finished.observer.records:
        data = runs[record.assignment.label].data
        scores = {name.removeprefix("final/"): v for name, v in data.metrics.items() if name.startswith("final/")}
        assert scores == pytest.approx(record.final_scores)
        assert data.tags["state"] == record.state
        assert json.loads(data.tags["protocol"]) == asdict(record.protocol)
        for name, value in record.assignment.hyperparameters.items():
            assert float(data.params[name]) == value


def test_parents_hold_the_mean_of_the_final_runs(finished: "FinishedStudy") -> None:
    runs = mlflow_runs(finished)
    for variant in finished.sound:
        fids = [record.final_scores["fid"] for record in finished.records(variant, "final")]
        assert runs[variant].data.metrics["final/fid"] == pytest.approx(mean(fids))
        assert runs[variant].data.metrics["final_std/fid"] == pytest.approx(stdev(fids))
        parts = description(VARIANTS[variant])
        assert parts.items() <= runs[variant].data.params.items()
        assert parts["loss"] == VARIANTS[variant].loss.name
        assert parts["paper_batch_size"] == str(VARIANTS[variant].batch_size)


def test_the_report_ranks_by_the_final_runs(finished: "FinishedStudy", tmp_path: Path) -> None:
    board = write_report(finished.spec.study_id, finished.uri, tmp_path)
    means = {name: mean(r.final_scores["fid"] for r in finished.records(name, "final")) for name in finished.sound}
    assert list(board["variant"]) == [*sorted(means, key=lambda name: means[name]), finished.failing]
    assert board["fid_mean"].tolist()[:2] == pytest.approx(sorted(means.values()))
    assert board["failed"].tolist() == [0, 0, 4]
    runs = pd.read_csv(tmp_path / "runs.csv")
    finals = runs[runs["kind"] == "final"].sort_values(["variant", "number"])
    expected = [r.final_scores["fid"] for name in sorted(means) for r in finished.records(name, "final")]
    assert finals["fid"].tolist() == pytest.approx(expected)
    assert finished.spec.study_id in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_finished_study_trains_nothing(finished: "FinishedStudy", observer: "RecordingObserver") -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.work.rglob("*") if path.is_file()}
    runs = {name: run.info.end_time for name, run in mlflow_runs(finished).items()}
    variants = resolve_variants([*finished.sound, finished.failing], finished.spec)
    run_study(finished.spec, variants, finished.paths, Resources(workers=2, device="cpu"), observer)
    assert (observer.begun, observer.rungs, observer.lines) == ([], [], [])
    assert multiprocessing.active_children() == []
    after = {path: path.stat().st_mtime_ns for path in finished.work.rglob("*") if path.is_file()}
    changed = {path.name for path, written in after.items() if before.get(path) != written}
    assert changed <= {"lock", "holder"}
    assert {name: run.info.end_time for name, run in mlflow_runs(finished).items()} == runs
    # Those of earlier sittings are counted again, each once.
    assert Counter(r.assignment.label for r in observer.records) == Counter(
        r.assignment.label for r in finished.observer.records
    )


def test_a_second_process_is_refused_by_name(resumed: "ResumedStudy", tiny: Spec) -> None:
    pid = resumed.crash.pid
    assert resumed.crash.refusal == f"study {tiny.study_id}: process {pid} is running it; wait for it or end it"


def test_a_killed_study_goes_on_to_the_same_end(resumed: "ResumedStudy", finished: "FinishedStudy") -> None:
    work = resumed.paths.work(finished.spec.study_id)
    labels = sorted(folder.parent.name for folder in work.glob("*/record.json"))
    assert len(resumed.crash.records) < len(labels)
    expected = [r for name in finished.sound for kind in ("final", "trial") for r in finished.records(name, kind)]
    assert labels == [record.assignment.label for record in expected]
    for record in expected:
        folder, other = finished.work / record.assignment.label, work / record.assignment.label
        again = TrialRecord.read(other)
        assert again is not None
        assert decisive(again) == decisive(record)
        assert (folder / record.rungs[-1].samples).read_bytes() == (other / record.rungs[-1].samples).read_bytes()
        if record.state == "complete":
            weights, others = load_file(folder / GENERATOR_FILE), load_file(other / GENERATOR_FILE)
            assert weights.keys() == others.keys()
            assert all(torch.equal(value, others[name]) for name, value in weights.items())
    assert not list(work.glob("*/checkpoint.safetensors"))


def test_what_had_ended_before_the_crash_is_not_run_again(resumed: "ResumedStudy") -> None:
    observer, before = resumed.observer, resumed.crash.records
    assert before.isdisjoint(observer.begun)
    assert {record.assignment.label for record in observer.records} == before | set(observer.begun)
    assert len(observer.records) == 12
    # A run with a checkpoint tells again what it had measured; nobody waits for it a second time.
    assert all((label, 10) in observer.rungs for label in resumed.crash.checkpoints - before)


def test_a_killed_study_has_every_run_in_mlflow_once(resumed: "ResumedStudy", finished: "FinishedStudy") -> None:
    client = MlflowClient(tracking_uri=f"sqlite:///{resumed.paths.runs / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    assert sorted(str(run.info.run_name) for run in runs) == sorted(
        name for name in mlflow_runs(finished) if not name.startswith(finished.failing)
    )
    assert {run.info.status for run in runs} == {"FINISHED"}
    for run in runs:
        if run.data.tags["kind"] == "final":
            record = finished.record(str(run.info.run_name))
            assert run.data.metrics["final/fid"] == record.final_scores["fid"]
            assert [p.step for p in client.get_metric_history(run.info.run_id, "eval/fid")] == [10, 20]


SCORES = {"fid": 1.0, "kid": 0.0}


@pytest.fixture
def stacked(tiny: Spec) -> Spec:
    """Four trials in one task."""
    budget = tiny.budget.model_copy(update={"final_seeds": 1})
    cohort = tiny.cohort.model_copy(update={"size": 4, "method": "stacked"})
    return tiny.model_copy(update={"name": "stacked", "budget": budget, "cohort": cohort})


@pytest.fixture
def run_scripted(
    stacked: Spec,
    finished: "FinishedStudy",
    tmp_path: Path,
    observer: "RecordingObserver",
    scripted_pool: "type[ScriptedPool]",
) -> "Callable[..., ScriptedPool]":
    """Run gan-shallow on a pool whose events the test writes."""

    def run(script: Callable[[list[CohortTask]], Event | None], spec: Spec = stacked) -> "ScriptedPool":
        paths = Paths(tmp_path, tmp_path / "data")
        settings = StudySettings(spec, paths, "cpu", None)
        settings.work.mkdir(parents=True)
        pool = scripted_pool(script)
        # MLflow takes seconds to create its tables; the copy holds another study.
        shutil.copy(finished.paths.runs / "mlflow.db", paths.runs)
        tracker = Tracker(spec, paths, f"sqlite:///{paths.runs / 'mlflow.db'}", lambda _: None)
        Study(settings, [VARIANTS["gan-shallow"]], pool, tracker, observer).run(finished.preparation)
        return pool

    return run


def numbers(tasks: list[CohortTask]) -> list[list[int]]:
    return [[assignment.number for assignment in task.assignments] for task in tasks]


def ended(task: CohortTask, position: int, protocol: Protocol) -> Ended:
    rungs = (RungRecord(20, SCORES | {"fid": 10.0 - position}, "step-000020.png"),)
    record = TrialRecord(task.assignments[position], "complete", protocol, rungs)
    record.write(task.work / record.assignment.label)
    return Ended(task, record)


def test_out_of_memory_halves_the_cohort_down_to_one_member(
    run_scripted: "Callable[..., ScriptedPool]", observer: "RecordingObserver", tmp_path: Path, stacked: Spec
) -> None:
    events = iter([(0, True), (1, True), (3, True)])

    def script(tasks: list[CohortTask]) -> Event | None:
        task = next(events, None)
        return TaskFailed(tasks[task[0]], "tried to allocate 3 GiB", out_of_memory=task[1]) if task else None

    pool = run_scripted(script)
    # [0, 1, 2, 3] is halved to [0, 1] and [2, 3]; [0, 1] to [0] and [1]; at one member the trial fails.
    assert numbers(pool.tasks) == [[0, 1, 2, 3], [0, 1], [2, 3], [0], [1]]
    assert observer.lines[0] == "out of memory with 4 members together: halved and tried again"
    assert observer.lines[-1] == "gan-shallow-trial-0000 failed: tried to allocate 3 GiB"
    record = TrialRecord.read(tmp_path / "runs" / "work" / stacked.study_id / "gan-shallow-trial-0000")
    assert record is not None
    assert (record.state, record.message) == ("failed", "tried to allocate 3 GiB")
    assert [r.assignment.label for r in observer.records] == ["gan-shallow-trial-0000"]


def test_members_that_ended_are_not_run_again_after_out_of_memory(
    run_scripted: "Callable[..., ScriptedPool]", finished: "FinishedStudy"
) -> None:
    protocol = finished.preparation.protocols["validation"]
    steps = iter([lambda t: ended(t[0], 1, protocol), lambda t: TaskFailed(t[0], "no memory", out_of_memory=True)])
    pool = run_scripted(lambda tasks: next(steps, lambda _: None)(tasks))
    assert numbers(pool.tasks) == [[0, 1, 2, 3], [0, 2], [3]]


def test_a_record_that_was_written_but_never_told_counts(
    run_scripted: "Callable[..., ScriptedPool]", observer: "RecordingObserver", finished: "FinishedStudy"
) -> None:
    protocol = finished.preparation.protocols["validation"]

    def broken(tasks: list[CohortTask]) -> Event:
        for position in range(3):
            ended(tasks[0], position, protocol)
        return TaskFailed(tasks[0], "OSError: disk full", out_of_memory=False)

    steps = iter([broken])
    pool = run_scripted(lambda tasks: next(steps, lambda _: None)(tasks))
    states = {record.assignment.number: record.state for record in observer.records}
    assert states == {0: "complete", 1: "complete", 2: "complete", 3: "failed"}
    assert observer.lines == ["gan-shallow-trial-0003 failed: OSError: disk full"]
    # The search was told, so the final run follows: of trial 2, which has the best score.
    assert [task.split for task in pool.tasks] == ["validation", "test"]
    best = pool.tasks[0].assignments[2].hyperparameters
    assert pool.tasks[1].assignments[0].hyperparameters == best


def test_a_record_told_twice_counts_once(
    run_scripted: "Callable[..., ScriptedPool]", observer: "RecordingObserver", finished: "FinishedStudy"
) -> None:
    protocol = finished.preparation.protocols["validation"]
    steps = iter([lambda t: ended(t[0], 0, protocol), lambda t: ended(t[0], 0, protocol)])
    run_scripted(lambda tasks: next(steps, lambda _: None)(tasks))
    assert [record.assignment.number for record in observer.records] == [0]


def test_a_variant_without_a_complete_trial_has_no_final_runs(
    run_scripted: "Callable[..., ScriptedPool]", observer: "RecordingObserver"
) -> None:
    steps = iter([lambda tasks: TaskFailed(tasks[0], "TypeError: no", out_of_memory=False)])
    pool = run_scripted(lambda tasks: next(steps, lambda _: None)(tasks))
    assert [record.state for record in observer.records] == ["failed"] * 4
    assert len(pool.tasks) == 1


class Pruning:
    """A search of two cohorts of four. At step 10 the first four have 10; at step 20 they have 10, 9, 8 and 7.

    Args:
        protocol: Of the records.
    """

    def __init__(self, protocol: Protocol) -> None:
        self.first = [
            lambda t: Started(t[0]),
            *(lambda t, m=member: reached(t[0], m, {10: 10.0}) for member in range(4)),
            *(lambda t, m=member: reached(t[0], m, {20: 10.0 - m}) for member in range(4)),
            *(lambda t, m=member: ended(t[0], m, protocol) for member in range(4)),
        ]
        self.second = [lambda t, m=member: ended(t[1], m, protocol) for member in range(4)]


def reached(task: CohortTask, position: int, fids: dict[int, float]) -> RungReached:
    rungs = [RungRecord(step, SCORES | {"fid": fid}, f"step-{step:06d}.png") for step, fid in fids.items()]
    return RungReached(task, tuple(RungReport(task.assignments[position], rung, {}) for rung in rungs))


@pytest.fixture
def two_cohorts(stacked: Spec) -> Spec:
    budget = stacked.budget.model_copy(update={"trials": 8})
    return stacked.model_copy(update={"name": "two-cohorts", "budget": budget})


def test_a_trial_is_pruned_before_the_last_rung_only_and_a_final_run_never(
    run_scripted: "Callable[..., ScriptedPool]", two_cohorts: Spec, finished: "FinishedStudy"
) -> None:
    pruning = Pruning(finished.preparation.protocols["validation"])
    middle = [
        lambda t: Started(t[1]),
        lambda t: reached(t[1], 0, {10: 10.0}),  # no worse than the median
        lambda t: reached(t[1], 1, {10: 10.5}),
        lambda t: reached(t[1], 0, {20: 9.5}),  # worse than the median of 8.5, but it has come to the end
    ]
    final = [lambda t: Started(t[2]), lambda t: reached(t[2], 0, {10: 99.0})]
    steps = iter([*pruning.first, *middle, *pruning.second, *final])
    pool = run_scripted(lambda tasks: next(steps, lambda _: None)(tasks), two_cohorts)
    assert numbers(pool.tasks) == [[0, 1, 2, 3], [4, 5, 6, 7], [0]]
    assert pool.answers == [frozenset()] * 8 + [frozenset(), frozenset({5}), frozenset()] + [frozenset()]


def test_a_trial_that_had_come_to_the_end_is_not_pruned_when_its_rungs_are_told_again(
    run_scripted: "Callable[..., ScriptedPool]", two_cohorts: Spec, finished: "FinishedStudy"
) -> None:
    """Its worker died between the last rung and the record."""
    pruning = Pruning(finished.preparation.protocols["validation"])
    middle = [
        lambda t: Started(t[1]),
        lambda t: reached(t[1], 0, {10: 10.0}),
        lambda t: reached(t[1], 0, {20: 9.5}),
        lambda t: reached(t[1], 0, {10: 10.0, 20: 9.5}),
    ]
    steps = iter([*pruning.first, *middle])
    pool = run_scripted(lambda tasks: next(steps, lambda _: None)(tasks), two_cohorts)
    assert pool.answers[8:] == [frozenset()] * 3
