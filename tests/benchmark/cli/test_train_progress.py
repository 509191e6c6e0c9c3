"""The line that is seen while one variant trains."""

import io
from typing import Any

import pytest
from rich.console import Console

from benchmark.cli.train_progress import TrainProgress, progress_line
from benchmark.commands.single_run import SingleRun, TrainSettings

CURVES = {
    "loss_discriminator": ((10, 1.0), (20, 1.25)),
    "loss_generator": ((20, 0.75),),
    "output_real": ((20, 0.625),),
    "output_fake": (),
}


def test_step_losses_outputs_and_the_time_left() -> None:
    assert progress_line(20, 300, CURVES, 65.0) == (
        "step 20 of 300, Discriminator loss 1.250, Generator loss 0.750, D(x) 0.625, 1 min 05 s left"
    )
    assert progress_line(0, 300, dict.fromkeys(CURVES, ()), None) == "step 0 of 300"


@pytest.mark.parametrize("terminal", [{}, {"force_terminal": True, "_environ": {"TERM": "dumb"}}])
def test_a_log_and_a_dumb_terminal_get_a_line_now_and_then(terminal: dict[str, Any]) -> None:
    stream = io.StringIO()
    run = SingleRun.of("gan-mlp", "digits", 6, 0, "cpu", TrainSettings())
    with TrainProgress(Console(file=stream, **terminal)) as progress:
        run.advance(3, lambda: progress.show(run))
        run.advance(6, lambda: progress.show(run))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1  # of the first moment; the next is due ten seconds later
    assert lines[0].startswith("step 1 of 6, Discriminator loss ")


def test_a_terminal_shows_one_line_and_takes_it_away() -> None:
    stream = io.StringIO()
    run = SingleRun.of("gan-mlp", "digits", 6, 0, "cpu", TrainSettings())
    with TrainProgress(Console(file=stream, force_terminal=True, width=120)) as progress:
        run.advance(6, lambda: progress.show(run))
    assert "step 6 of 6, Discriminator loss" in stream.getvalue()
