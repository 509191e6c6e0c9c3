"""`python -m tools.kills --kills 100`: what a study comes to, however often it is ended and started again."""

import random
import time
from itertools import count, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from tools.kills.plan import plan
from tools.kills.sitting import Account, Sitting
from tools.kills.tables import difference, tables_of


def disturb(folder: Path, kills: int, seed: int) -> tuple[Account, list[str]]:
    """Run one study undisturbed and others through kills, each to its end.

    Args:
        folder: For the studies.
        kills: How many in all; one that comes when its study is over is none.
        seed: Of all that is random, but for the machine's own pace.

    Returns:
        What came of the kills, and a line for every study that came to something else than the undisturbed one.
    """
    account, rng, begun = Account(), random.Random(seed), time.monotonic()
    undisturbed = Sitting(folder / "undisturbed", account, rng)
    undisturbed.run(iter(()))
    expected = tables_of(undisturbed.root)
    planned, differences = plan(seed, time.monotonic() - begun), []
    for number in count():
        if account.kills == kills:
            break
        sitting = Sitting(folder / f"study-{number}", account, rng)
        sitting.run(takewhile(lambda _: account.kills < kills, planned))
        if found := difference(expected, tables_of(sitting.root)):
            differences.append(f"study {number}: {found}")
        print(f"study {number} is over; kills so far: {account.kills}", flush=True)
    return account, differences


def main(
    kills: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    seed: Annotated[int, typer.Option(help="Of their moments and victims.")] = 0,
    folder: Annotated[Path | None, typer.Option(help="For the studies; a temporary one if not given.")] = None,
) -> None:
    """Print what came of the kills; exit code 1 if anything differs, or any process was left behind."""
    with TemporaryDirectory() as temporary:
        account, differences = disturb(folder or Path(temporary), kills, seed)
    for name, made in sorted(account.made.items()):
        print(f"{made:4d} {name}")
    problems = [*differences, *account.wrong, *(f"left behind: {line}" for line in account.left)]
    problems += [f"ended {seconds:.1f} s after SIGTERM" for seconds in account.slow]
    print("\n".join(problems or [f"{account.kills} kills: the same tables, no process left behind"]))
    if problems:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
