"""Which kills are made: whom, with what, and when."""

import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

VICTIMS = ("parent", "worker", "all")
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
MOST_WRITES = 60  # a tiny study writes more files than this


@dataclass(frozen=True)
class Kill:
    """One of them.

    Attributes:
        victim: One of `VICTIMS`.
        signal: One of `SIGNALS`.
        seconds: How long to wait before it.
        writes: So many files seen half written instead, if that comes first; 0 to wait for the time alone.
    """

    victim: str
    signal: signal.Signals
    seconds: float
    writes: int

    @property
    def ends_the_command(self) -> bool:
        """Whether the command is not to be alive after it."""
        return self.victim != "worker"


def plan(seed: int, seconds: float) -> Iterator[Kill]:
    """Kills at random moments, every other one while a file is written, without end: some come too late.

    Args:
        seed: Of all that is random.
        seconds: How long an undisturbed study takes.
    """
    rng = random.Random(seed)
    for number in count():
        writes = rng.randint(1, MOST_WRITES) if number % 2 else 0
        yield Kill(rng.choice(VICTIMS), rng.choice(SIGNALS), rng.uniform(0.0, seconds), writes)
