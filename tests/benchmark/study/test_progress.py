"""What a person sees: plain lines and the live table."""

import io
from collections.abc import Callable

import pytest
from counted import FOLDER, PREPARATION, PROTOCOL, Clock, at, record, run, small_spec
from rich.console import Console

from benchmark.records import RungRecord
from benchmark.spec import Spec
from benchmark.study.progress import LiveProgress, PlainProgress, progress_on


@pytest.fixture
def spec() -> Spec:
    """Two variants make 2 * (3 + 2) runs of 100 steps."""
    return small_spec()


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
    for step in (20, 40):
        clock.now += 4
        plain.on_steps([at(run(), step)])
    clock.now += 6
    plain.on_steps([at(run(), 70, (1.25, -0.5))])
    clock.now += 4
    plain.on_notice("wgan-trial-0000 failed: [bold]disk[/bold] full")
    plain.on_run_end(record(run()), FOLDER)
    plain.close()
    assert printed() == [
        f"{spec.study_id}: 2 variants, 10 runs",
        "0 of 10 runs, 4 s gone; dcgan-trial-0000 20/100",
        # Half a run in ten seconds, since the first step was heard of.
        "0 of 10 runs, 14 s gone, about 3 min 06 s left; dcgan-trial-0000 70/100 D(x) 1.25 D(G(z)) -0.5",
        "wgan-trial-0000 failed: [bold]disk[/bold] full",
        "1 of 10 runs, 18 s gone, about 2 min 38 s left, best FID 9 (dcgan)",
    ]


def test_a_plain_line_names_three_runs_and_counts_the_others(
    lines: tuple[Console, Callable[[], list[str]]], clock: Clock
) -> None:
    console, printed = lines
    plain = PlainProgress(console)
    plain.on_study_start(small_spec(trials=5), ["dcgan"], PREPARATION)
    for number in range(5):
        plain.on_run_start(run(number=number), PROTOCOL)
    plain.on_steps([at(run(number=number), number) for number in range(5)])
    assert printed()[-1].endswith("; dcgan-trial-0000 0/100, dcgan-trial-0001 1/100, dcgan-trial-0002 2/100 and 2 more")


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


def test_the_live_table_is_drawn_while_a_study_runs_and_taken_away(clock: Clock, spec: Spec) -> None:
    screen = io.StringIO()
    live = LiveProgress(Console(file=screen, force_terminal=True, width=120, height=30, color_system=None))
    live.on_study_start(spec, ["dcgan", "wgan"], PREPARATION)
    live.on_run_end(record(run(), 31.25), FOLDER)
    live.on_run_start(run("wgan", number=2), PROTOCOL)
    live.on_rung_end(run("wgan", number=2), RungRecord(50, {"fid": 9.0}, "a.png"), {}, FOLDER)
    live.on_steps([at(run("wgan", number=2), 60, (0.5, -1.5))])
    live.on_notice("a line above [the table]")
    live.close()
    text = screen.getvalue()
    assert "a line above [the table]" in text
    last = [line.split() for line in text[text.rindex(spec.study_id) :].splitlines()]
    assert ["wgan", "0/3", "0", "0", "0/2", "trial-0002", "60/100", "0.5", "-1.5"] in last


@pytest.mark.parametrize(
    ("term", "terminal", "kind"),
    [("xterm", True, LiveProgress), ("dumb", True, PlainProgress), ("xterm", False, PlainProgress)],
)
def test_what_cannot_move_its_cursor_gets_plain_lines(term: str, terminal: bool, kind: type) -> None:
    console = Console(file=io.StringIO(), force_terminal=terminal, _environ={"TERM": term})
    assert type(progress_on(console)) is kind


def test_the_live_table_may_be_closed_before_anything_was_planned() -> None:
    screen = io.StringIO()
    live = LiveProgress(Console(file=screen, force_terminal=True))
    live.on_notice("nothing to do")
    live.close()
    live.close()
    assert "nothing to do" in screen.getvalue()
