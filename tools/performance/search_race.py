"""Whole searches against the clock: the plain harness and ours, each a fresh command in a fresh folder."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd

from benchmark.spec import Spec
from tools.performance.study_limit import seconds_at_the_limit

OURS = "from benchmark.cli import main; main()"
# The plain harness neither races nor tries candidates again, and draws none of the paper's settings twice.
WITHOUT_RACE = ("final.candidates=1", 'final.settings=["found"]')


@dataclass(frozen=True)
class Lap:
    """One command from start to end.

    Attributes:
        side: "plain" or "ganbench".
        pruning: Whether trials were stopped at rungs.
        repeat: From 0; sides alternate.
        seconds: Wall time of the command, start-up and tracking included.
        runs_per_hour: Trials and final runs that it went through.
        limit_seconds: What the training of our side takes at the cores' rate of a large matrix product: see
            `tools.performance.study_limit`; NaN of the plain side, and on a GPU.
    """

    side: str
    pruning: bool
    repeat: int
    seconds: float
    runs_per_hour: float
    limit_seconds: float = nan


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
        "ganbench": _ours(course, spec, pruning=pruning),
    }
    for repeat in range(repeats):
        for side, command in commands.items():
            with TemporaryDirectory() as folder:
                seconds = _time(command, folder)
                limit = _limit(Path(folder), spec) if side == "ganbench" and course.device == "cpu" else nan
            yield Lap(side, pruning, repeat, seconds, runs / seconds * 3600, limit)


def _plain(course: Course, *, pruning: bool) -> list[str]:
    module = [sys.executable, "-m", "tools.performance.plain_harness"]
    told = [str(course.study), ",".join(course.variants), "pruning" if pruning else "all", course.device]
    return [*module, *told, *course.overrides]


def _ours(course: Course, spec: Spec, *, pruning: bool) -> list[str]:
    same = (*WITHOUT_RACE, f"final.most_seeds={spec.final.seeds}")
    all_overrides = [*course.overrides, *same, *(() if pruning else ("pruner.percentile=100",))]
    settings = [word for override in all_overrides for word in ("--set", override)]
    chosen = ["--study", str(course.study), "--variant", ",".join(course.variants), "--device", course.device]
    return [sys.executable, "-c", OURS, "run", *chosen, *settings]


def _time(command: list[str], folder: str) -> float:
    # Each side decides on its threads itself.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    started = perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def _limit(folder: Path, spec: Spec) -> float:
    (runs,) = folder.glob("runs/reports/*/runs.csv")
    return seconds_at_the_limit(pd.read_csv(runs), spec, folder / "data")
