"""What a person sees while a study runs: a live table on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from benchmark.plain_text import counted, one_line
from benchmark.race.race import Race
from benchmark.records import Curves, Preparation, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.callbacks import StudyCallback
from benchmark.study.live_table import live_table, outputs_in_words
from benchmark.study.tally import Tally, race_line
from benchmark.workers.task import MemberStep

PLAIN_INTERVAL = 10.0  # seconds between plain lines that only say how far it is
MOST_NAMED = 3  # runs in a plain line


class Progress(StudyCallback):
    """Counts what it is told; those below show it."""

    def __init__(self) -> None:
        self._tally = Tally()

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Start counting."""
        self._tally.plan(spec, variants)

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """Count those that ended before."""
        for record in records:
            self._tally.end(record)

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """Count a run in."""
        self._tally.start(config)

    def on_steps(self, members: Sequence[MemberStep]) -> None:
        """Note how far runs are."""
        self._tally.step(members)

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """Note how far a run is."""
        self._tally.score(config, rung)

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Count a run out."""
        self._tally.end(record)

    def on_race(self, race: Race) -> None:
        """Count the runs that the race wants."""
        self._tally.look(race)

    def close(self) -> None:
        """Show nothing more."""

    @property
    def summary(self) -> str:
        """How far it is, in one line; "" before anything has begun."""
        return self._tally.summary if self._tally.variants else ""


class PlainProgress(Progress):
    """Plain lines, for logs.

    Args:
        console: Where they go.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._last = 0.0

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Say what is about to happen."""
        super().on_study_start(spec, variants, preparation)
        self._line(f"{spec.study_id}: {counted(len(variants), 'variant')}, {counted(self._tally.runs, 'run')}")

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """Say how far it has come before."""
        super().on_resume(folders, records)
        self._now_and_then()

    def on_steps(self, members: Sequence[MemberStep]) -> None:
        """Say how far it is, now and then."""
        super().on_steps(members)
        self._now_and_then()

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """Say how far it is, now and then."""
        super().on_rung_end(config, rung, curves, folder)
        self._now_and_then()

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Say how far it is, now and then."""
        super().on_run_end(record, folder)
        self._now_and_then()

    def on_race(self, race: Race) -> None:
        """Say who is left."""
        super().on_race(race)
        self._line(race_line(race, self._tally.unit))

    def on_notice(self, line: str) -> None:
        """Say it at once."""
        self._line(line)

    def close(self) -> None:
        """Say where it ended."""
        if self.summary:
            self._line(self.summary)

    def _now_and_then(self) -> None:
        if monotonic() - self._last >= PLAIN_INTERVAL:
            self._last = monotonic()
            self._line("; ".join(part for part in (self.summary, self._running()) if part))

    def _running(self) -> str:
        """The first of the runs that are between two rungs, each with its step."""
        steps = self._tally.spec.budget.discriminator_steps
        under_way = [
            f"{label} {running.step}/{steps}{outputs_in_words(running.outputs)}"
            for variant in self._tally.variants.values()
            for label, running in variant.running.items()
        ]
        more = len(under_way) - MOST_NAMED
        return ", ".join(under_way[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

    def _line(self, line: str) -> None:
        self._console.print(one_line(line), soft_wrap=True, highlight=False, markup=False, emoji=False)


class LiveProgress(Progress):
    """A table that redraws itself, for a terminal.

    Args:
        console: The terminal.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._live = Live(get_renderable=self._draw, console=console, refresh_per_second=2, transient=True)

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Open the table."""
        super().on_study_start(spec, variants, preparation)
        self._live.start()

    def on_race(self, race: Race) -> None:
        """Print who is left above the table."""
        super().on_race(race)
        self._live.console.print(Text(race_line(race, self._tally.unit)))

    def on_notice(self, line: str) -> None:
        """Print it above the table."""
        self._live.console.print(Text(one_line(line), style="yellow"))

    def close(self) -> None:
        """Take the table away; the final one follows."""
        self._live.stop()

    def _draw(self) -> RenderableType:
        return live_table(self._tally, *self._live.console.size) if self._tally.variants else Text("")


def progress_on(console: Console) -> Progress:
    """What shows progress there: a terminal that cannot move its cursor gets plain lines, too."""
    return LiveProgress(console) if console.is_terminal and not console.is_dumb_terminal else PlainProgress(console)
