"""`python -m tools.soak --trials 500`: what the processes of one run hold from the 50th trial to the last."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from tools.kills.sitting import ELSEWHERE, ROOT
from tools.soak.samples import Growth, Sample, growth, look

SPEC = """\
name = "soak"
dataset = "digits"
variants = ["gan-shallow"]

[budget]
trials = {trials}
discriminator_steps = 20
batch_size = 16
rungs = [10]

[cohort]
size = 4

[search]
lr_generator = {{ low = 1e-4, high = 1e-2, log = true }}

[pruner]
startup_trials = 2

[final]
seeds = 1
most_seeds = 1

[score]
images = 64
kid_subset_size = 16
batch_norm_batches = 2
"""
EVERY_SECONDS = 1.0
FLAT = 0.02  # of memory, which an allocator's pages make uneven
SPAN = 0.25


def watch(root: Path, trials: int) -> list[Sample]:
    """Run a study of tiny trials to its end, and look at it every second.

    Raises:
        RuntimeError: if it does not come to its end.
    """
    (root / "studies").mkdir(parents=True)
    (root / "studies" / "soak.toml").write_text(SPEC.format(trials=trials), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    words = ["run", "--study", "soak", "--workers", "2", "--device", "cpu"]
    samples: list[Sample] = []
    with (root / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from benchmark.cli import main; main()", *words],
            cwd=root,
            env=environment | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    while process.poll() is None:
        over = len(list((root / "runs" / "work").glob("*/*trial*/record.json")))
        if over < trials and (holding := look(process.pid)):  # after the last, final runs and the report begin
            samples.append(Sample(over, holding))
        time.sleep(EVERY_SECONDS)
    if process.returncode:
        raise RuntimeError((root / "log.txt").read_text(encoding="utf-8", errors="replace"))
    return samples


def lines(found: list[Growth]) -> list[str]:
    """A line for each figure, and whether it is flat."""
    return [f"{each.name:>14} {each.before:8.1f} {each.after:8.1f} {_judged(each)}" for each in found]


def _judged(figure: Growth) -> str:
    return "flat" if figure.is_flat(FLAT) else "GROWS"


def main(
    trials: Annotated[int, typer.Option(min=20, help="How many.")] = 500,
    first: Annotated[int, typer.Option(min=0, help="From which trial on nothing may grow.")] = 50,
) -> None:
    """Print the medians early and late; exit code 1 if anything grows."""
    with TemporaryDirectory() as folder:
        samples = watch(Path(folder), trials)
    found = growth(samples, first, SPAN)
    print(f"{len(samples)} looks at {trials} trials; medians of the first and the last quarter from trial {first} on")
    print("\n".join(lines(found)))
    if not all(each.is_flat(FLAT) for each in found):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
