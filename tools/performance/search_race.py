"""Whole searches against the clock: the plain harness and ours, each a fresh command in a fresh folder."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmark.spec import Spec

OURS = "from benchmark.cli import main; main()"


@dataclass(frozen=True)
class Lap:
    """One command from start to end.

    Attributes:
        side: "plain" or "ganbench".
        pruning: Whether trials were stopped at rungs.
        repeat: From 0; sides alternate.
        seconds: Wall time of the command, start-up and tracking included.
        runs_per_hour: Trials and final runs that it went through.
    """

    side: str
    pruning: bool
    repeat: int
    seconds: float
    runs_per_hour: float


@dataclass(frozen=True)
class Course:
    """What both sides run.

    Attributes:
        study: The file of the spec.
        overrides: Of the spec, as `KEY=VALUE`.
        variants: Names of variants.
        device: Where, as torch names it.
    """

    study: Path
    overrides: Sequence[str]
    variants: Sequence[str]
    device: str


def race(spec: Spec, course: Course, repeats: int, *, pruning: bool) -> Iterator[Lap]:
    """Run a study by both sides alternately.

    Args:
        spec: The study, resolved.
        course: What it is resolved from.
        repeats: Laps a side.
        pruning: With the study's pruner, or without.

    Raises:
        subprocess.CalledProcessError: if a command fails; its output has gone to the screen.
    """
    runs = len(course.variants) * (spec.budget.trials + spec.final.seeds)
    commands = {
        "plain": _plain(course, pruning=pruning),
        "ganbench": _ours(course, pruning=pruning),
    }
    for repeat in range(repeats):
        for side, command in commands.items():
            seconds = _time(command)
            yield Lap(side, pruning, repeat, seconds, runs / seconds * 3600)


def _plain(course: Course, *, pruning: bool) -> list[str]:
    module = [sys.executable, "-m", "tools.performance.plain_harness"]
    told = [str(course.study), ",".join(course.variants), "pruning" if pruning else "all", course.device]
    return [*module, *told, *course.overrides]


def _ours(course: Course, *, pruning: bool) -> list[str]:
    all_overrides = [*course.overrides, *(() if pruning else ("pruner.percentile=100",))]
    settings = [word for override in all_overrides for word in ("--set", override)]
    chosen = ["--study", str(course.study), "--variant", ",".join(course.variants), "--device", course.device]
    return [sys.executable, "-c", OURS, "run", *chosen, *settings]


def _time(command: list[str]) -> float:
    # Each side decides on its threads itself.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    with TemporaryDirectory() as folder:
        started = perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        return perf_counter() - started
