"""Who is told: everyone, of everything, in order."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from searches import PROTOCOL, make_spec

from benchmark.agreement import Agreement, CrossCheck
from benchmark.race.race import race
from benchmark.race.rules import Rules
from benchmark.records import Preparation, RungRecord, TrialConfig, TrialRecord
from benchmark.study.callbacks import Callbacks, StudyCallback
from benchmark.workers.task import MemberStep

EVENTS = [name for name in vars(StudyCallback) if name.startswith("on_")]
CONFIG = TrialConfig("dcgan", "trial", 0, 7, {})
RECORD = TrialRecord(CONFIG, "complete", PROTOCOL)
TOLD: dict[str, tuple[Any, ...]] = {
    "on_study_start": (make_spec(), ["dcgan"], Preparation({}, {}, Path("real.png"), "0123")),
    "on_cross_check": (CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(12.5, 12.5)}),),
    "on_resume": ([Path("dcgan-trial-0000")], [RECORD]),
    "on_variant_start": ("dcgan", {"loss": "hinge"}),
    "on_run_start": (CONFIG, PROTOCOL),
    "on_steps": ([MemberStep(CONFIG, 7, (0.5, -0.5))],),
    "on_rung_end": (CONFIG, RungRecord(10, {"fid": 1.0}, "a.png"), {}, Path("dcgan-trial-0000")),
    "on_run_end": (RECORD, Path("dcgan-trial-0000")),
    "on_race": (race({"dcgan": [1.0, 2.0]}, Rules.fixed(2)),),
    "on_variant_end": ("dcgan", RECORD, [RECORD]),
    "on_notice": ("a line",),
    "on_study_end": (),
}


class Listener(StudyCallback):
    """Writes every event into a list that it shares with others."""

    def __init__(self, name: str, heard: list[tuple[Any, ...]]) -> None:
        self.name, self.heard = name, heard

    def __getattribute__(self, event: str) -> Any:
        if event.startswith("on_"):
            return lambda *told: self.heard.append((self.name, event, *told))
        return super().__getattribute__(event)


def test_there_is_something_to_tell_of_every_event() -> None:
    assert set(TOLD) == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_everyone_is_told_the_same_in_the_order_given(event: str) -> None:
    heard: list[tuple[Any, ...]] = []
    everyone = Callbacks(Listener(name, heard) for name in ("first", "second", "third"))
    getattr(everyone, event)(*TOLD[event])
    assert heard == [(name, event, *TOLD[event]) for name in ("first", "second", "third")]


@pytest.mark.parametrize("event", EVENTS)
def test_who_inherits_may_ignore_an_event(event: str) -> None:
    class Deaf(StudyCallback):
        """Cares for nothing."""

    assert getattr(Deaf(), event)(*TOLD[event]) is None
    assert inspect.signature(getattr(Callbacks, event)) == inspect.signature(getattr(StudyCallback, event))


def test_what_one_raises_is_not_told_on() -> None:
    class Breaks(StudyCallback):
        def on_notice(self, line: str) -> None:
            raise RuntimeError(line)

    heard: list[tuple[Any, ...]] = []
    with pytest.raises(RuntimeError, match="a line"):
        Callbacks([Listener("first", heard), Breaks(), Listener("third", heard)]).on_notice("a line")
    assert heard == [("first", "on_notice", "a line")]
