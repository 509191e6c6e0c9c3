"""`python -m tools.bit_flips`: a byte changed in every kind of file that a study leaves, and the same command again."""

import random
import shutil
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from tools.bit_flips.files import by_kind
from tools.bit_flips.study import lay_out, run, run_half_way
from tools.bit_flips.trial import FAULT, Case, Command, Result, try_flip


def prepare(folder: Path, half: Path | None = None) -> tuple[dict[str, Path], dict[str, str]]:
    """Make the checkouts that are damaged.

    Args:
        folder: Where to.
        half: A checkout of the study killed half way, from elsewhere; made if None.

    Returns:
        A finished study and one that was killed half way, by name; and the tables of the finished one.
    """
    half_way, whole = folder / "half-way", folder / "finished"
    if half is None:
        lay_out(half_way)
        run_half_way(half_way)
    else:
        shutil.copytree(half, half_way)
    shutil.copytree(half_way, whole)
    finished = run(whole)
    if finished.code:
        raise RuntimeError(f"the undisturbed study failed: {finished.told}")
    return {"finished": whole, "half way": half_way}, finished.tables


def main(
    flips: Annotated[int, typer.Option(min=1, help="How many bytes, each in a fresh copy of the study.")] = 200,
    seed: Annotated[int, typer.Option(help="Of which byte becomes what.")] = 0,
    only: Annotated[str, typer.Option(help="Only kinds of files with this in their name.")] = "",
) -> None:
    """Damage one byte at a time of a finished and of an unfinished study, and run the same command."""
    folder, chance = Path(mkdtemp(prefix="bit-flips-")), random.Random(seed)
    checkouts, tables = prepare(folder)
    kinds = {(name, kind): files for name, root in checkouts.items() for kind, files in by_kind(root).items()}
    chosen = [key for key in kinds if only in key[1]]
    chance.shuffle(chosen)
    counts: Counter[str] = Counter()
    for number, key in enumerate(islice(cycle(chosen), flips)):
        file = chance.choice(kinds[key])
        result = try_flip(
            checkouts[key[0]], folder / f"copy-{number}", file, chance, Case(_command(key[0], chance), tables)
        )
        counts[result.verdict] += 1
        _say(number + 1, key[0], result)
    print(f"{flips} flips in {len(chosen)} kinds of files:", ", ".join(f"{n} {what}" for what, n in counts.items()))
    if counts[FAULT]:
        print(f"Checkouts with faults are kept in {folder}")
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _command(name: str, chance: random.Random) -> Command:
    """An unfinished study goes on; a finished one is run again, or reported, which writes nothing but the report."""
    if name == "finished" and chance.random() < 0.5:
        return lambda root: run(root, "report")
    return run


def _say(number: int, name: str, result: Result) -> None:
    print(f"{number} ({name}) {result.flip}: {result.verdict}", flush=True)
    for line in result.told.splitlines() if result.told else []:
        print(f"    {line}", flush=True)


if __name__ == "__main__":
    typer.run(main)
