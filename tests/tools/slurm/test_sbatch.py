"""The job script, as it is, with the real command; Slurm's own commands are stand-ins that note what they are asked."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tools.kills.sitting import ELSEWHERE, SPEC
from tools.kills.tables import difference, tables_of

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tools" / "slurm" / "ganbench.sbatch"
PATIENCE_SECONDS = 240.0
SCONTROL = """\
#!/bin/bash
echo "scontrol $*" >> "$ASKED"
case "$1 ${2:-}" in
  "show hostnames") for n in $(seq "$SLURM_JOB_NUM_NODES"); do echo 127.0.0.1; done ;;
  "show job") echo "JobId=42 JobName=ganbench JobState=$JOB_STATE Reason=None" ;;
esac
"""
# A node is a process of this host; the options of srun that say which one are noted and left out.
SRUN = """\
#!/bin/bash
echo "srun $*" >> "$ASKED"
while [[ "$1" == --* ]]; do shift; done
exec "$@"
"""


@dataclass
class Allocation:
    """A checkout's folder, and what Slurm was asked there."""

    root: Path

    def __post_init__(self) -> None:
        (self.root / "studies").mkdir(parents=True)
        (self.root / "studies" / "killed.toml").write_text(SPEC, encoding="utf-8")
        self.command("slurm/scontrol", SCONTROL)
        self.command("slurm/srun", SRUN)
        words = f'exec {sys.executable} -c "from benchmark.cli import main; main()" "$@"'
        self.command("bin/ganbench", f"#!/bin/sh\n{words}\n")
        words = f'exec {sys.executable} -c "from ray.scripts.scripts import main; main()" "$@"'
        self.command("bin/ray", f"#!/bin/sh\n{words}\n")

    def command(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        """What Slurm's commands were asked, in order."""
        return (self.root / "asked").read_text(encoding="utf-8").splitlines() if (self.root / "asked").exists() else []

    def start(self, *words: str, state: str = "RUNNING", nodes: int = 1) -> "subprocess.Popen[str]":
        environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        slurm = {"SLURM_JOB_ID": "42", "SLURM_SUBMIT_DIR": str(self.root), "SLURM_JOB_NUM_NODES": str(nodes)}
        more = {"ASKED": str(self.root / "asked"), "JOB_STATE": state, "GANBENCH_BIN": "bin", "OMP_NUM_THREADS": "1"}
        path = f"{self.root / 'slurm'}:{os.environ['PATH']}"
        return subprocess.Popen(
            ["bash", str(SCRIPT), *words],
            env=environment | slurm | more | {"PATH": path, "PYTHONPATH": str(ROOT), "SLURM_JOB_NODELIST": "n[1-2]"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",  # as a batch shell, anywhere
            start_new_session=True,
        )

    def records(self) -> int:
        return len(list((self.root / "runs" / "work").rglob("record.json")))


STUDY = ("--study", "killed", "--workers", "1", "--device", "cpu", "--checkpoint-seconds", "0")


def until(is_so: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_it_asks_slurm_for() -> None:
    options = re.findall(r"^#SBATCH (\S+)$", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert {"--signal=B:TERM@120", "--requeue", "--open-mode=append", "--ntasks-per-node=1"} <= set(options)


def test_bash_reads_it() -> None:
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    subprocess.run(["shellcheck", str(SCRIPT)], check=True)


def test_a_study_that_cannot_be_run_is_not_queued_again(tmp_path: Path) -> None:
    allocation = Allocation(tmp_path / "checkout")
    process = allocation.start("--study", "nosuch")
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "nosuch" in output
    assert allocation.asked == []


@pytest.mark.long
def test_a_study_whose_time_is_over_is_queued_again_and_comes_to_the_same(tmp_path: Path) -> None:
    undisturbed = Allocation(tmp_path / "undisturbed").start(*STUDY)
    said, _ = undisturbed.communicate(timeout=PATIENCE_SECONDS)
    assert undisturbed.returncode == 0, said
    allocation = Allocation(tmp_path / "checkout")
    for runs, state in ((2, "RUNNING"), (5, "CANCELLED")):
        process = allocation.start(*STUDY, state=state)
        until(lambda enough=runs: allocation.records() >= enough, process)  # type: ignore[misc]
        process.send_signal(signal.SIGTERM)  # to the batch shell alone, as `B:` has it
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 143, said
        assert "ended by SIGTERM" in said
        assert ("is queued again" in said) == (state == "RUNNING")
    # Once it was the time, and once a person who cancelled the job.
    shown = "scontrol show job --oneliner 42"
    assert allocation.asked == [shown, "scontrol requeue 42", shown]
    last = allocation.start(*STUDY)
    said, _ = last.communicate(timeout=PATIENCE_SECONDS)
    assert last.returncode == 0, said
    assert allocation.asked == [shown, "scontrol requeue 42", shown]
    assert difference(tables_of(tmp_path / "undisturbed"), tables_of(allocation.root)) == ""


@pytest.mark.long
@pytest.mark.cluster
@pytest.mark.skipif(not find_spec("ray"), reason="Ray is not installed: pip install 'ganbench[ray]'")
def test_several_nodes_become_a_ray_cluster_that_ends_with_the_job(tmp_path: Path) -> None:
    import psutil

    allocation = Allocation(tmp_path / "checkout")
    process = allocation.start("--study", "killed", "--device", "cpu", nodes=2)
    said, _ = process.communicate(timeout=2 * PATIENCE_SECONDS)
    assert process.returncode == 0, said
    port = 20042
    steps = [line for line in allocation.asked if line.startswith("srun")]
    assert [re.findall(r"--nodes=\d|--nodelist=\S+|--exclude=\S+", line) for line in steps] == [
        ["--nodes=1", "--nodelist=127.0.0.1"],
        ["--nodes=1", "--exclude=127.0.0.1"],
    ]
    assert f"--head --port={port}" in steps[0]
    assert f"--address=127.0.0.1:{port}" in steps[1]
    places = {path.read_text(encoding="utf-8") for path in (allocation.root / "runs" / "work").rglob("record.json")}
    assert len(places) >= 12  # two variants, four trials and two final runs each
    time.sleep(10)
    assert [
        each.pid for each in psutil.process_iter(["cmdline"]) if f":{port}" in " ".join(each.info["cmdline"] or ())
    ] == []
