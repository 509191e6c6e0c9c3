"""The console command on the tiny study: its worker is killed, and then it is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from pools import PATIENCE
from tiny_study import Crash, RecordingObserver

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import CHECKPOINT_FILE
from benchmark.spec import Spec
from benchmark.study.launch import Resources, resolve_variants, run_study

ELSEWHERE = (
    "MLFLOW_TRACKING_URI",
    "OPTUNA_STORAGE",
    *("GANBENCH_" + each for each in ("ROOT", "RUNS", "DATA", "WEIGHTS")),
)


def kill_half_way(seen: Crash, spec: Spec, process: subprocess.Popen[str]) -> None:
    """Kill the command's worker in the middle of a task, and the command itself when three runs have ended."""
    paths = Paths(seen.root, seen.root / "data")
    seen.pid = process.pid
    try:
        _wait(process, lambda: bool(_labels(paths, spec, CHECKPOINT_FILE)))
        seen.victims = _kill_worker(process.pid)
        _wait(process, lambda: len(_labels(paths, spec, "record.json")) >= 3)
        _wait(process, lambda: bool(_labels(paths, spec, CHECKPOINT_FILE)))
        _kill_parent(seen, spec, process)
        seen.records = _labels(paths, spec, "record.json")
        seen.checkpoints = _labels(paths, spec, CHECKPOINT_FILE)
    except Exception as error:
        seen.trouble = f"{type(error).__name__}: {error}"


def _wait(process: subprocess.Popen[str], is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"it did not come so far: {process.communicate()[0]}")
        time.sleep(0.002)


def _kill_worker(pid: int) -> int:
    # Workers are forked from a child of the command that only forks.
    workers = [child for child in psutil.Process(pid).children(recursive=True) if child.ppid() != pid]
    for worker in workers:
        worker.kill()
    return len(workers)


def _kill_parent(seen: Crash, spec: Spec, process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGSTOP)  # so that it holds the study while another one asks for it
    children = psutil.Process(process.pid).children(recursive=True)
    seen.children = len(children)
    paths = Paths(seen.root, seen.root / "data")
    try:
        run_study(spec, resolve_variants([], spec), paths, Resources(device="cpu"), [RecordingObserver()])
    except UserError as error:
        seen.refusal = str(error)
    process.kill()
    process.wait()
    left = psutil.wait_procs(children, timeout=10)[1]
    # Whoever inherits them may be slow to collect the dead.
    seen.orphans = sum(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in left)


def _labels(paths: Paths, spec: Spec, file: str) -> set[str]:
    return {path.parent.name for path in paths.work(spec.study_id).glob(f"*/{file}")}


def start_ganbench(root: Path, *more: str, start_new_session: bool = False) -> subprocess.Popen[str]:
    command = [
        Path(sys.executable).parent / "ganbench",
        "run",
        "--study",
        "tiny",
        "--workers",
        "1",
        "--device",
        "cpu",
        *more,
    ]
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return subprocess.Popen(
        command,
        cwd=root,
        env=environment | {"OMP_NUM_THREADS": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=start_new_session,
    )
