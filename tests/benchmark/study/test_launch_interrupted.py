"""One study through all that can end it: no room, a limit on files, SIGTERM, SIGHUP and Ctrl-C, for real."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from killing import start_ganbench
from tiny_study import FinishedStudy, write_tiny

from benchmark.paths import Paths
from benchmark.records import TrialRecord
from tools.kills.processes import processes_of

# Seven starts of a study take a minute and a half; that kills lose nothing is looked at in `test_runner_crash.py`.
pytestmark = pytest.mark.long

PATIENCE = 900.0  # seconds for a start
FILE_LIMIT = 30_000  # bytes: what is prepared fits, checkpoints do not
SMALL, LARGE = "2m", "200m"
ENDS_WITHIN = {signal.SIGTERM: 20.0, signal.SIGHUP: 20.0, signal.SIGINT: 2.0}  # seconds


@dataclass
class Ending:
    """How a command ended.

    Attributes:
        code: Its exit code.
        told: All that it printed.
        seconds: From the signal, if there was one.
        left: Processes of it 15 seconds later.
    """

    code: int
    told: str
    seconds: float = 0.0
    left: list[str] = field(default_factory=list)


def _mount(folder: Path, size: str, options: str = "") -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", folder], check=True)


def written(path: Path) -> float:
    """When a file was written, in seconds since 1970; 0 if it is gone by now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def end(root: Path, *, number: signal.Signals | None = None, limit: int = resource.RLIM_INFINITY) -> Ending:
    """Start the study, and end it by a signal once something is on its way, if one is given."""
    process = start_ganbench(root, "--checkpoint-seconds", "0", start_new_session=True)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        return _ended(process, root, number)
    finally:
        for left in processes_of(process.pid):
            left.kill()


def _ended(process: subprocess.Popen[str], root: Path, number: signal.Signals | None) -> Ending:
    begun, started = time.monotonic(), time.time()
    if number:
        while not any(written(path) >= started for path in (root / "runs" / "work").glob("*/*/*.*")):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < begun + PATIENCE, number
            time.sleep(0.01)
        begun = time.monotonic()
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    told, _ = process.communicate(timeout=PATIENCE)
    ending = Ending(process.returncode, told, time.monotonic() - begun)
    deadline = time.monotonic() + 15.0
    while processes_of(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    ending.left = [" ".join(left.cmdline()) for left in processes_of(process.pid) if left.is_running()]
    return ending


@pytest.fixture(scope="module")
def ordeal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Paths, dict[str, Ending]]]:
    """The study's folder and how each start of it ended, in order."""
    if os.geteuid() or not psutil.LINUX:
        pytest.skip("only root of a Linux can mount a small disk")
    root = tmp_path_factory.mktemp("ordeal")
    write_tiny(root)
    runs = root / "runs"
    runs.mkdir()
    _mount(runs, SMALL)
    try:
        endings = {"full": end(root)}
        _mount(runs, LARGE, ",remount")
        endings["limit"] = end(root, limit=FILE_LIMIT)
        for number in ENDS_WITHIN:
            endings[number.name] = end(root, number=number)
        endings["undisturbed"] = end(root)
        yield Paths(root, root / "data"), endings
    finally:
        subprocess.run(["umount", "--lazy", runs], check=True)


Ordeal = tuple[Paths, dict[str, Ending]]


def test_a_full_disk_and_a_limit_on_files_end_the_study_with_one_line(ordeal: Ordeal) -> None:
    for name, reason in (("full", "No space left on device"), ("limit", "File too large")):
        ending = ordeal[1][name]
        assert ending.code == 2, ending.told
        assert "Traceback" not in ending.told
        last = ending.told.splitlines()[-1]
        assert last.startswith("ganbench: study tiny-")
        assert reason in last
        assert last.endswith("the same command goes on")


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_signals_end_it_in_time_and_it_says_that_it_can_go_on(ordeal: Ordeal, name: str, code: int) -> None:
    ending = ordeal[1][name]
    assert ending.code == code, ending.told
    assert ending.seconds < ENDS_WITHIN[signal.Signals[name]]
    assert "Traceback" not in ending.told
    assert ending.told.splitlines()[-1].endswith("the same command continues")


def test_no_process_is_left_behind(ordeal: Ordeal) -> None:
    assert {name: ending.left for name, ending in ordeal[1].items() if ending.left} == {}


def test_in_the_end_it_is_as_if_nothing_had_happened(ordeal: Ordeal, finished: FinishedStudy) -> None:
    paths, endings = ordeal
    assert endings["undisturbed"].code == 0, endings["undisturbed"].told
    work = paths.work(finished.spec.study_id)
    expected = [r for name in finished.sound for kind in ("final", "trial") for r in finished.records(name, kind)]
    for record in expected:
        again = TrialRecord.read(work / record.config.label)
        assert again is not None
        assert (again.config, again.state, again.message) == (record.config, record.state, "")
        assert (again.rungs, again.curves) == (record.rungs, record.curves)
    assert len(list(work.glob("*/record.json"))) == len(expected)
