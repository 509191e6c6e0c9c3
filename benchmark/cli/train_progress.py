"""What a person sees while one variant trains: one line that changes on a terminal, a line now and then elsewhere."""

from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from benchmark.records import CURVES
from benchmark.study.tally import duration

if TYPE_CHECKING:
    from benchmark.commands.single_run import SingleRun

PLAIN_SECONDS = 10.0


class TrainProgress:
    """The line, while it is entered.

    Args:
        console: What it is printed on.
        quiet: Whether nothing is.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console, self._quiet = console, quiet
        moves = console.is_terminal and not console.is_dumb_terminal and not quiet
        self._live = Live(console=console, auto_refresh=False, transient=True) if moves else None
        self._begun: tuple[float, int] | None = None
        self._told_at = 0.0

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, run: "SingleRun") -> None:
        """Say how far a run is."""
        now = monotonic()
        begun_at, begun_with = self._begun = self._begun or (now, run.steps_done)
        made = run.steps_done - begun_with
        left = (now - begun_at) / made * (run.steps - run.steps_done) if made else None
        line = progress_line(run.steps_done, run.steps, run.member.curves.points(), left)
        if self._live:
            self._live.update(Text(line, overflow="ellipsis", no_wrap=True), refresh=True)
        elif not self._quiet and now - self._told_at >= PLAIN_SECONDS:
            self._told_at = now
            self._console.print(line, soft_wrap=True, highlight=False, markup=False)


def progress_line(step: int, steps: int, curves: dict[str, tuple[tuple[int, float], ...]], left: float | None) -> str:
    """How far a run is, in words.

    Args:
        step: Discriminator updates so far.
        steps: In the whole run.
        curves: Points by name.
        left: Seconds; None if nobody can say.
    """
    last = [f"{column.label} {curves[name][-1][1]:.3f}" for name, column in CURVES.items() if curves[name]]
    return ", ".join([f"step {step} of {steps}", *last, *([] if left is None else [f"{duration(left)} left"])])
