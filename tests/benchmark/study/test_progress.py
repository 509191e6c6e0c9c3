"""What a person sees: counts, time left, plain lines and the live table."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from benchmark.records import Kind, Preparation, Protocol, RungRecord, State, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study import progress
from benchmark.study.progress import LiveProgress, PlainProgress, Tally, duration

PROTOCOL = Protocol("digits", 8, "validation", 450, 64, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
FOLDER = Path()
PREPARATION = Preparation({"validation": PROTOCOL}, {}, FOLDER, "")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(progress, "monotonic", stopped)
    return stopped


@pytest.fixture
def spec() -> Spec:
    """Two variants make 2 * (3 + 2) runs of 100 steps."""
    budget = {"trials": 3, "discriminator_steps": 100, "rungs": [50]}
    final = {"seeds": 2, "most_seeds": 2}
    return Spec.model_validate({"name": "seen", "dataset": "digits", "budget": budget, "final": final})


def run(variant: str = "dcgan", kind: Kind = "trial", number: int = 0) -> TrialConfig:
    return TrialConfig(variant, kind, number, 0, {})


def record(config: TrialConfig, fid: float = 9.0, state: State = "complete") -> TrialRecord:
    return TrialRecord(config, state, PROTOCOL, (RungRecord(100, {"fid": fid}, "a.png"),))


@pytest.fixture
def tally(clock: Clock, spec: Spec) -> Tally:
    counted = Tally()
    counted.plan(spec, ["dcgan", "wgan"])
    return counted


def test_runs_are_trials_and_final_runs_of_all_variants(tally: Tally) -> None:
    assert tally.runs == 2 * (3 + 2)
    assert tally.done == 0
    assert tally.summary == "0 of 10 runs, 0 s gone"


def test_states_and_best_scores_are_counted_by_variant(tally: Tally) -> None:
    states: list[tuple[State, float]] = [("complete", 30.0), ("complete", 20.0), ("pruned", 1.0), ("diverged", 1.0)]
    for number, (state, fid) in enumerate(states):
        tally.end(record(run(number=number), fid, state))
    tally.end(record(run("wgan"), 25.0))
    tally.end(record(run("dcgan", "final"), 5.0))
    dcgan, wgan = tally.variants["dcgan"], tally.variants["wgan"]
    assert dcgan.states == {"complete": 2, "pruned": 1, "diverged": 1}
    # Scores of final runs are on another split, and pruned trials have none.
    assert (dcgan.best, wgan.best) == (20.0, 25.0)
    assert len(dcgan.finals) == 1
    assert tally.done == 6
    assert tally.summary == "6 of 10 runs, 0 s gone, best FID 20 (dcgan)"


def test_a_run_on_its_way_counts_by_its_share_of_steps(tally: Tally) -> None:
    tally.start(run())
    assert tally.done == 0
    tally.score(run(), RungRecord(50, {"fid": 9.0}, "a.png"))
    assert tally.done == 0.5
    assert tally.variants["dcgan"].running == {"dcgan-trial-0000": 50}
    tally.end(record(run()))
    assert tally.done == 1
    assert tally.variants["dcgan"].running == {}


def test_every_final_run_that_ended_is_done_whatever_its_state(tally: Tally) -> None:
    tally.end(record(run(kind="final"), state="diverged"))
    tally.end(record(run(kind="final", number=1), state="failed"))
    assert tally.done == 2


def test_an_interrupted_run_is_still_to_be_made(tally: Tally) -> None:
    tally.start(run())
    tally.end(record(run(), state="interrupted"))
    assert tally.done == 0
    assert tally.variants["dcgan"].running == {}
    assert tally.summary.endswith(", 1 interrupted")


def test_seconds_left_go_by_the_pace_of_this_sitting(tally: Tally, clock: Clock) -> None:
    tally.end(record(run()))  # of an earlier sitting
    tally.end(record(run(number=1)))
    clock.now += 50
    tally.start(run(number=2))
    assert tally.seconds_left is None
    clock.now += 30
    tally.score(run(number=2), RungRecord(50, {}, "a.png"))
    assert tally.seconds_left is None  # half a run says too little
    tally.end(record(run(number=2)))
    tally.start(run("wgan"))
    tally.score(run("wgan"), RungRecord(50, {}, "a.png"))
    # 1.5 runs in 30 s, and 6.5 to go.
    assert tally.seconds_left == pytest.approx(30 / 1.5 * 6.5)
    assert tally.summary == "4 of 10 runs, 1 min 20 s gone, about 2 min 10 s left, best FID 9 (dcgan)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (42.4, "42 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.7, "1 h 00 min"),
        (7800, "2 h 10 min"),
        (90_061, "25 h 01 min"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.fixture
def lines() -> tuple[Console, Callable[[], list[str]]]:
    """A console that is no terminal, 40 columns wide, and what it has printed."""
    printed = io.StringIO()
    return Console(file=printed, width=40), lambda: printed.getvalue().splitlines()


def test_plain_lines_say_how_far_it_is_every_ten_seconds(
    lines: tuple[Console, Callable[[], list[str]]], clock: Clock, spec: Spec
) -> None:
    console, printed = lines
    plain = PlainProgress(console)
    plain.on_study_start(spec, ["dcgan", "wgan"], PREPARATION)
    plain.on_run_start(run(), PROTOCOL)
    for step in (25, 50):
        clock.now += 4
        plain.on_rung_end(run(), RungRecord(step, {"fid": 9.0}, "a.png"), {}, FOLDER)
    clock.now += 6
    plain.on_rung_end(run(), RungRecord(75, {"fid": 9.0}, "a.png"), {}, FOLDER)
    clock.now += 4
    plain.on_notice("wgan-trial-0000 failed: [bold]disk[/bold] full")
    plain.on_run_end(record(run()), FOLDER)
    plain.close()
    assert printed() == [
        f"{spec.study_id}: 2 variants, 10 runs",
        "0 of 10 runs, 4 s gone",
        "1 of 10 runs, 14 s gone",  # three quarters of a run
        "wgan-trial-0000 failed: [bold]disk[/bold] full",
        "1 of 10 runs, 18 s gone, about 2 min 42 s left, best FID 9 (dcgan)",
    ]


def test_earlier_runs_are_counted_without_a_line_for_each(
    lines: tuple[Console, Callable[[], list[str]]], clock: Clock, spec: Spec
) -> None:
    console, printed = lines
    plain = PlainProgress(console)
    plain.on_study_start(spec, ["dcgan"], PREPARATION)
    for number in range(3):
        plain.on_run_end(record(run(number=number)), FOLDER)
    plain.close()
    assert len(printed()) <= 3
    assert printed()[-1] == "3 of 5 runs, 0 s gone, best FID 9 (dcgan)"


def test_the_live_table_has_a_row_a_variant(clock: Clock, spec: Spec) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, height=30, color_system=None)
    live = LiveProgress(console)
    live.on_study_start(spec, ["dcgan", "wgan"], PREPARATION)
    live.on_run_end(record(run(), 31.25), FOLDER)
    live.on_run_end(record(run(number=1), state="pruned"), FOLDER)
    live.on_run_end(record(run(number=2), state="diverged"), FOLDER)
    live.on_run_end(record(run(kind="final"), 35.0), FOLDER)
    live.on_run_start(run("wgan", number=2), PROTOCOL)
    live.on_rung_end(run("wgan", number=2), RungRecord(50, {"fid": 9.0}, "a.png"), {}, FOLDER)
    live.on_notice("a line above [the table]")
    live.close()
    text = screen.getvalue()
    assert "a line above [the table]" in text
    last = text[text.rindex(spec.study_id) :].splitlines()
    assert last[1].split() == ["variant", "trials", "pruned", "diverged", "best", "FID", "finals", "running"]
    assert last[2].split() == ["dcgan", "3/3", "1", "1", "31.25", "1/2"]
    assert last[3].split() == ["wgan", "0/3", "0", "0", "0/2", "trial-0002", "@50"]
    assert "4 of 10 runs, 0 s gone, best FID 31.25 (dcgan)" in [line.strip() for line in last]


def test_the_live_table_may_be_closed_before_anything_was_planned() -> None:
    screen = io.StringIO()
    live = LiveProgress(Console(file=screen, force_terminal=True))
    live.on_notice("nothing to do")
    live.close()
    live.close()
    assert "nothing to do" in screen.getvalue()
