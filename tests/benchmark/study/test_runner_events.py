"""What a study makes of the events of its pool: memory that runs out, failures, words told twice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pools import ScriptedPool, ended, numbers
from tiny_study import FinishedStudy, RecordingObserver

from benchmark.agreement import Agreement, CrossCheck
from benchmark.artifacts.sources import sources_of
from benchmark.errors import UserError
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.workers.events import DeviceLost, Ended, Event, Stepped, TaskFailed
from benchmark.workers.faults import Fault
from benchmark.workers.task import CohortTask, MemberStep
from ganzoo.registry import VARIANTS


@pytest.mark.parametrize(
    ("theirs", "told"), [(12.5, []), (13.0, ["torchmetrics 1.9.0 differs: FID is 12.5 here and 13 there"])]
)
def test_a_person_is_told_if_another_library_finds_something_else(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, theirs: float, told: list[str]
) -> None:
    check = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(12.5, theirs)})
    run_scripted([], check=check)
    assert (observer.lines, observer.checks) == (told, [])
    observer.lines.clear()
    run_scripted([], asked=lambda: check)
    assert (observer.lines, observer.checks) == (told, [check])


def test_nobody_is_asked_where_nothing_is_trained(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, finished: FinishedStudy, stacked: Spec
) -> None:
    def asked() -> CrossCheck:
        raise AssertionError("of a finished study, whose data may be gone")

    # All four trials end in one sitting, and the race's one run; the next has nothing to do.
    validation, test = (finished.preparation.protocols[split] for split in ("validation", "test"))
    trials = [lambda t, i=i: ended(t[0], i, validation) for i in range(4)]
    run_scripted([*trials, lambda t: ended(t[1], 0, test)])
    assert len(observer.records) == 5
    observer.records.clear()
    pool = run_scripted([], asked=asked)
    assert pool.tasks == []
    assert len(observer.records) == 5  # told again as those of an earlier sitting


def test_another_library_is_asked_once_and_waited_for_when_the_first_run_has_ended(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, finished: FinishedStudy
) -> None:
    check, ended_before = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(12.5, 12.5)}), []

    def asked() -> CrossCheck:
        ended_before.append(len(observer.records))
        return check

    protocol = finished.preparation.protocols["validation"]
    run_scripted([lambda t: ended(t[0], 0, protocol), lambda t: ended(t[0], 1, protocol)], asked=asked)
    assert ended_before == [0]
    assert len(observer.records) == 2
    assert observer.checks == [check]


def test_out_of_memory_halves_the_cohort_down_to_one_member(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, tmp_path: Path, stacked: Spec
) -> None:
    steps = [
        lambda t, failing=failing: TaskFailed(t[failing], "tried to allocate 3 GiB", "memory") for failing in (0, 1, 3)
    ]
    pool = run_scripted(steps)
    # [0, 1, 2, 3] is halved to [0, 1] and [2, 3]; [0, 1] to [0] and [1]; one that has no room alone is left for later.
    assert numbers(pool.tasks) == [[0, 1, 2, 3], [0, 1], [2, 3], [0], [1]]
    assert observer.lines[0] == "out of memory with 4 members together: halved and tried again"
    assert observer.lines[-1] == "gan-shallow-trial-0000 interrupted: tried to allocate 3 GiB"
    folder = tmp_path / "runs" / "work" / stacked.study_id / "gan-shallow-trial-0000"
    record = TrialRecord.from_json((folder / "record.json").read_text(encoding="utf-8"))
    assert (record.state, record.message) == ("interrupted", "tried to allocate 3 GiB")
    assert TrialRecord.read(folder) is None  # it has not ended
    assert [r.config.label for r in observer.records] == ["gan-shallow-trial-0000"]


def test_a_device_that_is_lost_is_told_and_ends_nothing(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver
) -> None:
    run_scripted([lambda tasks: DeviceLost("cuda:1", "RuntimeError: CUDA error: device unavailable")])
    told = "device cuda:1 is lost: RuntimeError: CUDA error: device unavailable; what others are left go on"
    assert observer.lines == [told]
    assert observer.records == []


def test_members_that_ended_are_not_run_again_after_out_of_memory(
    run_scripted: Callable[..., ScriptedPool], finished: FinishedStudy
) -> None:
    protocol = finished.preparation.protocols["validation"]
    pool = run_scripted([lambda t: ended(t[0], 1, protocol), lambda t: TaskFailed(t[0], "no memory", "memory")])
    assert numbers(pool.tasks) == [[0, 1, 2, 3], [0, 2], [3]]


def test_a_record_that_was_written_but_never_told_counts(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, finished: FinishedStudy
) -> None:
    protocol = finished.preparation.protocols["validation"]

    def broken(tasks: list[CohortTask]) -> Event:
        for position in range(3):
            ended(tasks[0], position, protocol)
        return TaskFailed(tasks[0], "TypeError: no", "code")

    pool = run_scripted([broken])
    states = {record.config.number: record.state for record in observer.records}
    assert states == {0: "complete", 1: "complete", 2: "complete", 3: "failed"}
    assert observer.lines == ["gan-shallow-trial-0003 failed: TypeError: no"]
    # The search was told, so the final run follows: of trial 2, which has the best score.
    assert [task.split for task in pool.tasks] == ["validation", "test"]
    best = pool.tasks[0].configs[2].hyperparameters
    assert pool.tasks[1].configs[0].hyperparameters == best


def test_where_the_traceback_is_is_told_and_not_recorded(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver
) -> None:
    run_scripted([lambda tasks: TaskFailed(tasks[0], "TypeError: no", "code", "runs/errors/1.log")])
    labels = ", ".join(f"gan-shallow-trial-000{number}" for number in range(4))
    assert observer.lines == [f"{labels} failed: TypeError: no; the traceback is in runs/errors/1.log"]
    assert {record.message for record in observer.records} == {"TypeError: no"}


@pytest.mark.parametrize("fault", ["environment", "memory"])
def test_a_run_that_its_surroundings_ended_is_made_again_and_nothing_is_told_of_it_before(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, finished: FinishedStudy, fault: Fault
) -> None:
    """The others of its batch end; the search waits, and the next sitting asks for that run, and for nothing else."""
    protocol = finished.preparation.protocols["validation"]
    alone = [lambda t, n=n: ended(t[0], n, protocol) for n in range(3)]
    halving = [lambda t: TaskFailed(t[-1], "no room", fault)] * (1 + (fault == "memory"))
    first = run_scripted([*alone, *halving])
    assert [(r.config.number, r.state) for r in observer.records[3:]] == [(3, "interrupted")]
    observer.records.clear()
    again = run_scripted([lambda t: ended(t[0], 0, protocol)])
    assert numbers(again.tasks) == [[3], [0]]
    assert again.tasks[0].configs[0] == first.tasks[0].configs[3]
    assert again.tasks[1].split == "test"
    assert {r.config.number: r.state for r in observer.records} == dict.fromkeys(range(4), "complete")


def test_a_study_whose_disk_is_full_ends_with_a_line_and_asks_for_nothing_more(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, stacked: Spec
) -> None:
    with pytest.raises(UserError) as refused:
        run_scripted([lambda t: TaskFailed(t[0], "OSError: No space left on device", "storage")])
    told = str(refused.value)
    assert told.startswith(f"study {stacked.study_id}: nothing can be written under ")
    assert told.endswith("OSError: No space left on device; make room there, and the same command goes on")
    assert [record.state for record in observer.records] == ["interrupted"] * 4


def test_a_record_told_twice_counts_once(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, finished: FinishedStudy
) -> None:
    protocol = finished.preparation.protocols["validation"]
    run_scripted([lambda t: ended(t[0], 0, protocol), lambda t: ended(t[0], 0, protocol)])
    assert [record.config.number for record in observer.records] == [0]


def test_a_variant_without_a_complete_trial_has_no_final_runs(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver
) -> None:
    pool = run_scripted([lambda tasks: TaskFailed(tasks[0], "TypeError: no", "code")])
    assert [record.state for record in observer.records] == ["failed"] * 4
    assert len(pool.tasks) == 1


def test_steps_between_rungs_are_told_to_people(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver
) -> None:
    run_scripted([lambda t: Stepped((MemberStep(t[0].configs[1], 7, (0.5, -0.5)),))])
    assert observer.steps == [("gan-shallow-trial-0001", 7)]


def test_runs_of_before_an_edit_are_told_in_one_line(
    run_scripted: Callable[..., ScriptedPool],
    observer: RecordingObserver,
    finished: FinishedStudy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = "ganzoo/losses/non_saturating.py"
    protocol = finished.preparation.protocols["validation"]

    def of_an_older_version(tasks: list[CohortTask], position: int) -> Event:
        event = ended(tasks[0], position, protocol)
        record = replace(event.record, sources={file: "0123456789abcdef"})
        record.write(tasks[0].work / record.config.label)
        return Ended(tasks[0], record)

    run_scripted([lambda t, n=n: of_an_older_version(t, n) for n in range(2)])
    assert observer.lines == []
    run_scripted([])
    assert observer.lines == [
        f"{file}: edited since variant gan-shallow was run: 2 runs are of an older version, kept and counted with new "
        "ones; --set name=NAME begins another study with what is there now"
    ]


def test_a_failed_run_says_its_sources_too(
    run_scripted: Callable[..., ScriptedPool], observer: RecordingObserver, stacked: Spec
) -> None:
    run_scripted([lambda tasks: TaskFailed(tasks[0], "TypeError: no", "code")])
    assert {tuple(record.sources) for record in observer.records} == {
        tuple(sources_of(VARIANTS["gan-shallow"], stacked))
    }
