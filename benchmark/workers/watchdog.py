"""Who has come to a standstill: processes that neither tell anything nor compute for far longer than any did before."""

from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

import psutil

LOOKS_EVERY = 5.0  # seconds
LEAST_PATIENCE = 300.0  # seconds
# A standstill this many times as long as the longest that ended by itself will not end by itself.
PATIENCE_FACTOR = 20.0
LEAST_COMPUTED = 0.01  # seconds of a core, a tick of the kernel's clock


@dataclass
class _Life:
    """What is known of a process.

    Attributes:
        still: Seconds without a sign of life.
        computed: Seconds that it and those below it have computed.
        seen: When it was last looked at.
    """

    still: float
    computed: float
    seen: float


class Watchdog:
    """Watches processes of this host.

    A sign of life is a word of it, or time that it computed: who trains, scores or reads data does one or the other.
    The limit grows with the longest standstill that ended by itself, so that a slow disk is waited for.

    Args:
        least_patience: Seconds of standstill that nobody is blamed for.
        every: Seconds between looks.
    """

    def __init__(self, least_patience: float = LEAST_PATIENCE, every: float = LOOKS_EVERY) -> None:
        self.every = every
        self._least_patience = least_patience
        self._longest = 0.0
        self._lives: dict[int, _Life] = {}

    @property
    def limit(self) -> float:
        """Seconds of standstill after which a process is given up."""
        return max(self._least_patience, PATIENCE_FACTOR * self._longest)

    def heard(self, pid: int) -> None:
        """A process told something, or was given something to do."""
        if pid in self._lives:
            self._longest = max(self._longest, self._lives[pid].still)
        self._lives[pid] = _Life(0.0, _computed(pid), monotonic())

    def forget(self, pid: int) -> None:
        """A process has ended."""
        self._lives.pop(pid, None)

    def stands_still(self, pid: int) -> bool:
        """Look at a process: whether it is to be given up."""
        if pid not in self._lives:
            self.heard(pid)
        life, now = self._lives[pid], monotonic()
        if now - life.seen < self.every:
            return False
        # Looks come late where this process was stopped itself, with the others perhaps.
        passed = min(now - life.seen, 2 * self.every)
        computed = _computed(pid)
        if computed - life.computed >= LEAST_COMPUTED:
            self.heard(pid)
            return False
        self._lives[pid] = _Life(life.still + passed, life.computed, now)
        return life.still + passed > self.limit


def _computed(pid: int) -> float:
    """Seconds that a process and those below it have computed so far."""
    seconds = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                times = each.cpu_times()
                seconds += times.user + times.system
    return seconds
