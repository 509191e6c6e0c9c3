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


def race(
    spec: Spec,
    study: Path,
    overrides: Sequence[str],
    variants: Sequence[str],
    device: str,
    repeats: int,
    *,
    pruning: bool,
) -> Iterator[Lap]:
    """Run a study by both sides alternately.

    Args:
        spec: The study, resolved.
        study: Its file.
        overrides: What `spec` was resolved with, as `KEY=VALUE`.
        variants: Names of variants.
        device: Where, as torch names it.
        repeats: Laps a side.
        pruning: With the study's pruner, or without.

    Raises:
        subprocess.CalledProcessError: if a command fails; its output has gone to the screen.
    """
    runs = len(variants) * (spec.budget.trials + spec.final.seeds)
    commands = {
        "plain": _plain(study, overrides, variants, device, pruning=pruning),
        "ganbench": _ours(study, overrides, variants, device, pruning=pruning),
    }
    for repeat in range(repeats):
        for side, command in commands.items():
            seconds = _time(command)
            yield Lap(side, pruning, repeat, seconds, runs / seconds * 3600)


def _plain(study: Path, overrides: Sequence[str], variants: Sequence[str], device: str, *, pruning: bool) -> list[str]:
    module = [sys.executable, "-m", "tools.performance.plain_harness"]
    return [*module, str(study), ",".join(variants), "pruning" if pruning else "all", device, *overrides]


def _ours(study: Path, overrides: Sequence[str], variants: Sequence[str], device: str, *, pruning: bool) -> list[str]:
    all_overrides = [*overrides, *(() if pruning else ("pruner.percentile=100",))]
    settings = [word for override in all_overrides for word in ("--set", override)]
    chosen = ["--study", str(study), "--variant", ",".join(variants), "--device", device]
    return [sys.executable, "-c", OURS, "run", *chosen, *settings]


def _time(command: list[str]) -> float:
    # Each side decides on its threads itself.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    with TemporaryDirectory() as folder:
        started = perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        return perf_counter() - started
