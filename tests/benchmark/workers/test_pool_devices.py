"""A pool over several devices: who computes where, and what becomes of a device that computes nothing."""

from dataclasses import replace

import pytest
from pools import alive, kill

from benchmark.errors import UserError
from benchmark.workers.errand import MOST_LOSSES
from benchmark.workers.events import DeviceLost, Ended, Event, RungReached, Started, Stepped
from benchmark.workers.pool import ProcessPool
from benchmark.workers.task import CohortTask


def run_on(devices: list[str], *tasks: CohortTask) -> list[Event]:
    """All events of tasks whose workers are spread over devices, one each."""
    events: list[Event] = []
    with ProcessPool(len(devices), threads=1, devices=devices) as pool:
        for task in tasks:
            pool.submit(task)
        for event in pool.events():
            if isinstance(event, RungReached):
                pool.answer(event, frozenset())
            if not isinstance(event, Stepped):
                events.append(event)
    assert alive() == set()
    return events


def numbered(task: CohortTask, number: int) -> CohortTask:
    return replace(task, configs=(replace(task.configs[0], number=number),))


def test_workers_are_spread_over_devices_and_records_say_which(small_task: CohortTask) -> None:
    events = run_on(["cpu:0", "cpu:1"], numbered(small_task, 0), numbered(small_task, 1))
    records = [event.record for event in events if isinstance(event, Ended)]
    assert {record.environment["device_place"] for record in records} == {"cpu:0", "cpu:1"}
    assert records[0].rungs == records[1].rungs  # of one seed: the same on either
    started = [event.task.device for event in events if isinstance(event, Started)]
    assert started == ["cpu:0", "cpu:1"]


def test_a_device_that_computes_nothing_takes_its_worker_not_the_study(small_task: CohortTask) -> None:
    events = run_on(["cuda:77", "cpu:0"], numbered(small_task, 0), numbered(small_task, 1))
    (lost,) = [event for event in events if isinstance(event, DeviceLost)]
    assert lost.device == "cuda:77"
    assert lost.message
    assert "\n" not in lost.message
    ended = {event.record.config.number: event.record for event in events if isinstance(event, Ended)}
    assert {number: (each.state, each.environment["device_place"]) for number, each in ended.items()} == {
        0: ("complete", "cpu:0"),
        1: ("complete", "cpu:0"),
    }


def test_where_no_device_is_left_the_study_ends_with_one_line(small_task: CohortTask) -> None:
    with pytest.raises(UserError, match=r"^no device is left: cuda:77: .*; all runs are kept, and once that is mended"):
        run_on(["cuda:77"], small_task)
    assert not small_task.work.exists()


def test_a_device_on_which_workers_die_at_once_is_lost(small_task: CohortTask) -> None:
    events: list[Event] = []
    with ProcessPool(2, threads=1, devices=["cpu:1", "cpu:0"]) as pool:
        pool.submit(small_task)
        for event in pool.events():
            events.append(event)
            if isinstance(event, Started) and event.task.device == "cpu:1":
                kill(alive().pop())
            if isinstance(event, RungReached):
                pool.answer(event, frozenset())
    deaths = [event for event in events if isinstance(event, Started) and event.task.device == "cpu:1"]
    assert len(deaths) == MOST_LOSSES
    told = "3 workers died on it before their first task, the last with exit code -9"
    assert [event for event in events if isinstance(event, DeviceLost)] == [DeviceLost("cpu:1", told)]
    (record,) = [event.record for event in events if isinstance(event, Ended)]
    assert (record.state, record.environment["device_place"]) == ("complete", "cpu:0")
