"""What a person sees while a study runs: a live table on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from benchmark.metrics.catalog import known_scores
from benchmark.plain_text import one_line
from benchmark.race.race import Race
from benchmark.records import (
    Curves,
    Preparation,
    Protocol,
    RungRecord,
    State,
    TrialConfig,
    TrialRecord,
    paper_entrant,
)
from benchmark.spec import Spec
from benchmark.study.callbacks import StudyCallback

PLAIN_INTERVAL = 10.0  # seconds between plain lines that only say how far it is


@dataclass
class VariantProgress:
    """How far one variant is.

    Attributes:
        states: Trials that ended, by state.
        finals: States of the final runs that ended.
        best: Best validation score of the objective so far.
        running: Labels of its runs on workers, with the last step that was scored.
        wanted: Final runs that the race wants by now.
        candidates: Runs that ended of settings that were tried once more.
    """

    states: dict[State, int] = field(default_factory=dict)
    finals: list[State] = field(default_factory=list)
    best: float | None = None
    running: dict[str, int] = field(default_factory=dict)
    wanted: int = 0
    candidates: int = 0


class Tally:
    """Counts what has happened, for both ways of showing it."""

    def __init__(self) -> None:
        self.variants: dict[str, VariantProgress] = {}
        self._started = monotonic()
        self._earlier = 0.0
        self._running_since: float | None = None

    def plan(self, spec: Spec, variants: Sequence[str]) -> None:
        """Start counting."""
        self.spec = spec
        wanted = spec.final.seeds * len(spec.final.settings)
        self.variants = {name: VariantProgress(wanted=wanted) for name in variants}

    def start(self, config: TrialConfig) -> None:
        """A worker took a run."""
        if self._running_since is None:
            self._running_since, self._earlier = monotonic(), self.done
        self.variants[config.variant].running[config.label] = 0

    def score(self, config: TrialConfig, rung: RungRecord) -> None:
        """A run reached a rung."""
        self.variants[config.variant].running[config.label] = rung.step

    def end(self, record: TrialRecord) -> None:
        """A run left a record."""
        variant = self.variants[record.config.variant]
        variant.running.pop(record.config.label, None)
        score = record.final_scores.get(self.spec.score.objective)
        if record.config.kind in ("final", "paper"):
            variant.finals.append(record.state)
            return
        if record.config.kind == "candidate":
            variant.candidates += 1
            return
        variant.states[record.state] = variant.states.get(record.state, 0) + 1
        if score is not None:
            variant.best = score if variant.best is None else min(variant.best, score)

    def look(self, race: Race) -> None:
        """The race was looked at: it may want more final runs of those left."""
        for name, variant in self.variants.items():
            wanted = (race.needed.get(entrant, 0) for entrant in (name, paper_entrant(name)))
            variant.wanted = max(sum(wanted), len(variant.finals))

    @property
    def runs(self) -> int:
        """Runs in all, as far as is known: a variant may have more final runs than it is asked for now."""
        others = sum(
            max(variant.wanted, len(variant.finals)) + variant.candidates for variant in self.variants.values()
        )
        return len(self.variants) * self.spec.budget.trials + others

    @property
    def done(self) -> float:
        """Runs done, those on the way counted by their share of steps."""
        steps = self.spec.budget.discriminator_steps
        ended = sum(
            sum(variant.states.values()) + variant.candidates + len(variant.finals)
            for variant in self.variants.values()
        )
        return ended + sum(sum(variant.running.values()) / steps for variant in self.variants.values())

    @property
    def seconds_left(self) -> float | None:
        """Seconds left at the pace of this sitting; None before anything is known."""
        if self._running_since is None or self.done - self._earlier < 1:
            return None
        pace = (monotonic() - self._running_since) / (self.done - self._earlier)
        return pace * (self.runs - self.done)

    @property
    def summary(self) -> str:
        """One line: how far, how long, the best so far."""
        scored = {name: variant.best for name, variant in self.variants.items() if variant.best is not None}
        best = min(scored, key=scored.__getitem__) if scored else None
        parts = [f"{self.done:.0f} of {self.runs} runs", f"{duration(monotonic() - self._started)} gone"]
        parts += [f"about {duration(self.seconds_left)} left"] if self.seconds_left is not None else []
        objective = known_scores()[self.spec.score.objective].label
        parts += [f"best {objective} {scored[best]:.4g} ({best})"] if best else []
        return ", ".join(parts)


class PlainProgress(StudyCallback):
    """Plain lines, for logs.

    Args:
        console: Where they go.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tally = Tally()
        self._last = 0.0

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Say what is about to happen."""
        self._tally.plan(spec, variants)
        self._line(f"{spec.study_id}: {len(variants)} variants, {self._tally.runs} runs")

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """Count those that ended before."""
        for record in records:
            self._tally.end(record)
        self._now_and_then()

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """Count a run in."""
        self._tally.start(config)

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """Say how far it is, now and then."""
        self._tally.score(config, rung)
        self._now_and_then()

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Say how far it is, now and then."""
        self._tally.end(record)
        self._now_and_then()

    def on_race(self, race: Race) -> None:
        """Say who is left."""
        self._tally.look(race)
        self._line(race_line(race))

    def on_notice(self, line: str) -> None:
        """Say it at once."""
        self._line(line)

    def close(self) -> None:
        """Say where it ended."""
        if self._tally.variants:
            self._line(self._tally.summary)

    def _now_and_then(self) -> None:
        if monotonic() - self._last >= PLAIN_INTERVAL:
            self._last = monotonic()
            self._line(self._tally.summary)

    def _line(self, line: str) -> None:
        self._console.print(one_line(line), soft_wrap=True, highlight=False, markup=False, emoji=False)


class LiveProgress(StudyCallback):
    """A table that redraws itself, for a terminal.

    Args:
        console: The terminal.
    """

    def __init__(self, console: Console) -> None:
        self._tally = Tally()
        self._live = Live(get_renderable=self._draw, console=console, refresh_per_second=2, transient=True)

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Open the table."""
        self._tally.plan(spec, variants)
        self._live.start()

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """Count those that ended before."""
        for record in records:
            self._tally.end(record)

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """Show a run."""
        self._tally.start(config)

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """Show its step."""
        self._tally.score(config, rung)

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Count it."""
        self._tally.end(record)

    def on_race(self, race: Race) -> None:
        """Print who is left above the table."""
        self._tally.look(race)
        self._live.console.print(Text(race_line(race)))

    def on_notice(self, line: str) -> None:
        """Print it above the table."""
        self._live.console.print(Text(one_line(line), style="yellow"))

    def close(self) -> None:
        """Take the table away; the final one follows."""
        self._live.stop()

    def _draw(self) -> RenderableType:
        tally = self._tally
        if not tally.variants:
            return Text("")
        objective, budget = known_scores()[tally.spec.score.objective].label, tally.spec.budget
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("variant", "trials", "pruned", "diverged", f"best {objective}", "finals", "running"):
            table.add_column(heading, justify="left" if heading in ("variant", "running") else "right")
        for name, variant in tally.variants.items():
            running = ", ".join(f"{label.removeprefix(name + '-')} @{step}" for label, step in variant.running.items())
            table.add_row(
                name,
                f"{sum(variant.states.values())}/{budget.trials}",
                str(variant.states.get("pruned", 0)),
                str(variant.states.get("diverged", 0) + variant.states.get("failed", 0)),
                "" if variant.best is None else f"{variant.best:.4g}",
                f"{len(variant.finals)}/{max(variant.wanted, len(variant.finals))}",
                running,
            )
        bar = ProgressBar(total=tally.runs, completed=tally.done, width=60)
        return Group(Text(tally.spec.study_id, style="bold"), table, Padding(bar), Text(tally.summary))


def race_line(race: Race) -> str:
    """How far the race has come, in one line."""
    if not race.stages:
        return "race: no final run to compare"
    last = race.stages[-1]
    more = "" if race.finished else f"; those left get {max(race.needed.values())}"
    return f"race: {last.left} of {len(race.verdicts)} left after {last.seeds} seeds{more}"


def duration(seconds: float) -> str:
    """Seconds as people say them: 42 s, 3 min 05 s, 2 h 10 min."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
