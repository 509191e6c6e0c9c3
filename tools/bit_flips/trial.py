"""One flip: a copy of a study's checkout, one byte of it changed, the same command again, and what came of it."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.bit_flips.files import Flip, flip
from tools.bit_flips.study import Outcome

Command = Callable[[Path], Outcome]
SAME, REFUSED, FAULT = "same table", "one line and exit code 2", "FAULT"


@dataclass(frozen=True)
class Case:
    """What is done with a damaged checkout.

    Attributes:
        command: Run there.
        tables: Of the study that nothing disturbed.
    """

    command: Command
    tables: dict[str, str]


@dataclass(frozen=True)
class Result:
    """What came of a flip.

    Attributes:
        flip: The changed byte.
        verdict: `SAME`, `REFUSED` or `FAULT`.
        told: What was printed where errors go.
    """

    flip: Flip
    verdict: str
    told: str


def try_flip(checkout: Path, copy: Path, file: str, chance: random.Random, case: Case) -> Result:
    """Copy a checkout, change a byte of a file in the copy, and run a command there.

    Args:
        checkout: Stays as it is.
        copy: Where to; made anew, and kept only after a fault.
        file: From the checkout's root.
        chance: Draws the byte and its new value.
        case: What is run, and what is to come of it.
    """
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(checkout, copy)
    changed = flip(copy, file, chance)
    outcome = case.command(copy)
    verdict = judged(outcome, case.tables)
    if verdict != FAULT:
        shutil.rmtree(copy)
    return Result(changed, verdict, outcome.told)


def judged(outcome: Outcome, expected: dict[str, str]) -> str:
    """Whether a command ended as it may: with the undisturbed tables, or with one line and exit code 2."""
    if "Traceback" in outcome.told:
        return FAULT
    if outcome.code == 0:
        return SAME if outcome.tables == expected else FAULT
    lines = [line for line in outcome.told.splitlines() if line.strip()]
    refused = outcome.code == 2 and lines and lines[-1].startswith("ganbench: ")
    return REFUSED if refused and all(line.startswith("ganbench: ") for line in lines) else FAULT
