"""One study in a folder of its own: the command is started, ended by a plan of kills, and started again until done."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tools.kills.plan import Kill
from tools.kills.processes import helpers_of, processes_of

ROOT = Path(__file__).parents[2]
GRACE_SECONDS = 15.0  # after which no process of an ended command is left
ENDS_WITHIN = 20.0  # seconds, after SIGTERM
MOST_STARTS_WITHOUT_KILL = 3
# Whatever a person has set for their own studies is not this one's.
ELSEWHERE = (
    "MLFLOW_TRACKING_URI",
    "OPTUNA_STORAGE",
    *("GANBENCH_" + each for each in ("ROOT", "RUNS", "DATA", "WEIGHTS")),
)
SPEC = """\
name = "killed"
dataset = "digits"
variants = ["gan-shallow", "wgan"]

[budget]
trials = 4
discriminator_steps = 60
batch_size = 16
rungs = [30]

[cohort]
size = 2

[search]
lr_generator = { low = 1e-4, high = 1e-2, log = true }
beta1 = { choices = [0.0, 0.5] }

[pruner]
startup_trials = 2

[final]
seeds = 2
most_seeds = 2

[score]
images = 64
kid_subset_size = 16
batch_norm_batches = 2
"""


@dataclass
class Account:
    """What came of kills.

    Attributes:
        made: By victim and signal.
        left: Processes that outlived their command by `GRACE_SECONDS`, as command lines.
        slow: Seconds that commands took to end after SIGTERM, where that was too long.
        wrong: Exit codes that were not to be.
    """

    made: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many were made."""
        return sum(self.made.values())


class Sitting:
    """A study's folder.

    Args:
        root: Empty or not there yet.
        account: Of all sittings.
        rng: Chooses among workers.
    """

    def __init__(self, root: Path, account: Account, rng: random.Random) -> None:
        self.root = root
        self._account = account
        self._rng = rng
        self._watches: list[threading.Thread] = []
        (root / "studies").mkdir(parents=True)
        (root / "studies" / "killed.toml").write_text(SPEC, encoding="utf-8")

    def run(self, kills: Iterator[Kill]) -> None:
        """Run the study to its end, through as many kills as there are or as it lives to see."""
        process = self._start()
        starts_left = MOST_STARTS_WITHOUT_KILL
        while True:
            kill = next(kills, None)
            if kill is not None and self._lives_until(process, kill):
                process = self._strike(process, kill)
                continue
            process.wait()
            self._watch(process)
            # Code 2: workers were killed too often for some run, which the same command makes again.
            if process.returncode == 0 or starts_left == 0:
                break
            starts_left -= 1
            self._expect(process, 2)
            process = self._start()
        self._expect(process, 0)
        for watch in self._watches:
            watch.join()

    def _start(self) -> subprocess.Popen[bytes]:
        words = ["run", "--study", "killed", "--workers", "2", "--device", "cpu", "--checkpoint-seconds", "0"]
        environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        with (self.root / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", "from benchmark.cli import main; main()", *words],
                cwd=self.root,
                env=environment | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _lives_until(self, process: subprocess.Popen[bytes], kill: Kill) -> bool:
        """Wait for the moment of a kill; False if the command ended before."""
        deadline, seen, known = time.monotonic() + kill.seconds, 0, set[str]()
        while time.monotonic() < deadline and process.poll() is None:
            if kill.writes:
                now = {str(path) for path in self.root.glob("runs/**/*.tmp")}
                seen, known = seen + len(now - known), now
                if seen >= kill.writes:
                    break
            time.sleep(0.005)
        return process.poll() is None

    def _strike(self, process: subprocess.Popen[bytes], kill: Kill) -> subprocess.Popen[bytes]:
        """Send a signal; gives the command that goes on, which is a new one if it was ended."""
        name = f"{kill.signal.name} to {kill.victim}"
        self._account.made[name] = self._account.made.get(name, 0) + 1
        for pid in self._victims(process.pid, kill.victim):
            with suppress(ProcessLookupError):
                os.kill(pid, kill.signal)
        if not kill.ends_the_command:
            return process
        begun = time.monotonic()
        process.wait()
        if kill.signal == signal.SIGTERM and time.monotonic() - begun > ENDS_WITHIN:
            self._account.slow.append(time.monotonic() - begun)
        # Before it listens to signals, SIGTERM ends it as any other process; and it may have been done already.
        self._expect(process, 0, -kill.signal, 128 + kill.signal)
        self._watch(process)
        return self._start()

    def _victims(self, session: int, victim: str) -> list[int]:
        if victim == "parent":
            return [session]
        if victim == "all":
            return [process.pid for process in processes_of(session)]
        helpers = helpers_of(session)
        return [self._rng.choice(helpers).pid] if helpers else []

    def _expect(self, process: subprocess.Popen[bytes], *codes: int) -> None:
        if process.returncode not in codes:
            self._account.wrong.append(f"{self.root}: exit code {process.returncode}")

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Look in a while for what is left of a command that has ended."""

        def look() -> None:
            time.sleep(GRACE_SECONDS)
            for left in processes_of(process.pid):
                with suppress(psutil.Error):
                    self._account.left.append(f"{left.pid} {left.status()}: {' '.join(left.cmdline())}")

        self._watches.append(threading.Thread(target=look))
        self._watches[-1].start()
