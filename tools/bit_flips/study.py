"""The tiny study whose files are damaged: run to its end, killed half way, and gone on with."""

import contextlib
import importlib
import io
import multiprocessing
import os
import shutil
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path

import pandas as pd

from tools.kills.sitting import ELSEWHERE

NAME = "flips"
# Small enough for seconds, and with all that a study leaves: pruning, candidates, a race, prepared pictures.
SPEC = """\
name = "flips"
dataset = "folder:photos"
resolution = 8
variants = ["gan-shallow"]

[budget]
trials = 4
discriminator_steps = 200
batch_size = 16
rungs = [10]

[cohort]
size = 2

[search]
lr_generator = { low = 1e-4, high = 1e-2, log = true }
n_critic = { choices = [1, 2] }

[pruner]
startup_trials = 2

[final]
seeds = 2
most_seeds = 2

[score]
images = 64
kid_subset_size = 16
batch_norm_batches = 2
foreign_extractor = true
"""
PICTURES = 300
TABLES = ("runs.csv", "variants.csv")
TIMES = ("train_seconds", "score_seconds")
PATIENCE = 1800.0  # seconds: a busy machine may take its time
LOG = "told.txt"
# What a command imports on its way; each is forked from a process that has done so, which saves most of its time.
IMPORTED = (
    *("benchmark.cli", "benchmark.study.launch", "benchmark.study.progress", "benchmark.workers.pool", "mlflow"),
    *("benchmark.tracking.report_run", "reports.records.load", "reports.output.write", "mlflow.store.tracking"),
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes:
        code: Its exit code.
        told: What it printed where errors go.
        tables: Of the report, without times; none where it wrote none.
    """

    code: int
    told: str
    tables: dict[str, str]


def lay_out(root: Path) -> None:
    """Write the spec and the pictures of a checkout."""
    from PIL import Image

    from benchmark.datasets.catalog import load_split

    (root / "studies").mkdir(parents=True)
    (root / "studies" / f"{NAME}.toml").write_text(SPEC, encoding="utf-8")
    (root / "photos").mkdir()
    for number, image in enumerate(load_split("digits", "train", root / "data").images[:PICTURES]):
        Image.fromarray(image[0].numpy()).save(root / "photos" / f"{number:03d}.png")


def run(root: Path, command: str = "run") -> Outcome:
    """Run the study, or its report, to its end in a process of its own."""
    shutil.rmtree(_report(root), ignore_errors=True)
    process = _start(root, command)
    process.join(PATIENCE)
    _kill(process)
    told = (root / LOG).read_text(encoding="utf-8", errors="replace")
    return Outcome(-signal.SIGALRM if process.exitcode is None else process.exitcode, told, tables(root))


def run_half_way(root: Path) -> None:
    """Run the study and kill it with all its processes once runs have ended and another one has a checkpoint."""
    process = _start(root, "run")
    work, deadline = root / "runs" / "work", time.monotonic() + PATIENCE
    while len(list(work.glob("*/*/record.json"))) < 2 or not list(work.glob("*/*/checkpoint.safetensors")):
        if not process.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"the study did not come so far: {(root / LOG).read_text(encoding='utf-8')}")
        time.sleep(0.002)
    _kill(process)
    (root / LOG).unlink()


def tables(root: Path) -> dict[str, str]:
    """The final tables of a study as text, all columns but times."""
    found = {}
    for name in TABLES:
        if (path := _report(root) / name).is_file():
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            found[name] = frame[[column for column in frame if column not in TIMES]].to_csv(index=False)
    return found


def _report(root: Path) -> Path:
    """The folder of the report; there is one study."""
    return next((root / "runs" / "reports").glob(f"{NAME}-*"), root / "runs" / "reports" / NAME)


def _start(root: Path, command: str) -> ForkProcess:
    # Checkpoints all the time, so that there is one to be damaged when the study is killed half way.
    often = ["--checkpoint-seconds", "0.02"]
    workers = ["--workers", "1", "--device", "cpu", *often] if command == "run" else []
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in IMPORTED:
        importlib.import_module(name)
    process = multiprocessing.get_context("fork").Process(
        target=_ganbench, args=(root, [command, "--study", NAME, *workers])
    )
    process.start()
    return process


def _ganbench(root: Path, words: list[str]) -> None:
    """The console command, in a session of its own, as if it had been started in `root`."""
    os.setsid()
    os.chdir(root)
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    for stream, file in ((1, os.devnull), (2, LOG)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    # Whoever called it may have other objects there, as pytest has.
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(stream, "w"), encoding="utf-8") for stream in (1, 2))
    sys.argv = ["ganbench", *words]
    code = 0
    try:
        importlib.import_module("benchmark.cli").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def _kill(process: ForkProcess) -> None:
    """End a command's whole session, workers included."""
    assert process.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.join()
