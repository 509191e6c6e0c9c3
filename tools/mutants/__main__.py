"""`python -m tools.mutants`: mutmut's run, the share of changes that tests see, and those without a reason."""

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from tools.mutants.survivors import change_of, statuses, unknown, unseen

LEAST_SEEN = 0.9
PAGE = Path("docs/mutants.md")


def judged(found: dict[str, str]) -> tuple[str, bool]:
    """What came of the mutants in a line, and whether it is enough.

    Args:
        found: By name (`statuses`).
    """
    lost = len(unseen(found))
    share = 1 - lost / max(len(found), 1)
    said = f"{len(found) - lost} of {len(found)} changes are seen by the tests ({100 * share:.1f} %)"
    return said, share >= LEAST_SEEN


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Only these, as in 'ganzoo.losses.*'; else all.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many at a time.")] = 2,
) -> None:
    """Change formulas one thing at a time, and run the tests that come by; what has not changed is not run again."""
    subprocess.run(["mutmut", "run", "--max-children", str(processes), *(names or [])], check=True)
    found = statuses(_said("results", "--all", "true"))
    said, is_enough = judged(found)
    new = unknown((change_of(name, _said("show", name)) for name in unseen(found)), PAGE.read_text(encoding="utf-8"))
    print(said)
    if new:
        print(f"{len(new)} of the others have no reason in {PAGE}:", *new, sep="\n")
    if new or not is_enough:
        raise typer.Exit(1)


def _said(*words: str) -> str:
    return subprocess.run(["mutmut", *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    typer.run(main)
