"""`python -m tools.mutants`: which share of changes do tests see, and which of the others have no reason given?"""

import json
import os
from pathlib import Path
from typing import Annotated

import pytest
import typer
from mutmut.configuration import config
from mutmut.utils.format_utils import mangled_name_from_mutant_name

from tools.mutants import changes
from tools.mutants.forks import Forks
from tools.mutants.survivors import unknown, unseen

LEAST_SEEN = 0.9
PAGE = Path("docs/mutants.md")
OPTIONS = ("-q", "-s", "-p", "no:cacheprovider", "--no-header", "--no-summary", "--rootdir=.")


def judged(found: dict[str, str]) -> tuple[str, bool]:
    """What came of the changes in a line, and whether it is enough.

    Args:
        found: Statuses by name.
    """
    lost = len(unseen(found))
    share = 1 - lost / max(len(found), 1)
    said = f"{len(found) - lost} of {len(found)} changes are seen by the tests ({100 * share:.1f} %)"
    return said, share >= LEAST_SEEN


def tried(files: dict[str, Path], processes: int) -> dict[str, str]:
    """What came of each change, from inside of mutants/.

    Args:
        files: Of the changes, by their names.
        processes: How many are made at a time.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # a quicker start; the order is a fixed one here
    forks = Forks({name: mangled_name_from_mutant_name(name) for name in files}, processes, print)
    options = [*OPTIONS, *config().pytest_add_cli_args, *config().pytest_add_cli_args_test_selection]
    root = Path.cwd()
    os.chdir(changes.FOLDER)
    try:
        code = pytest.main(options, plugins=[forks])
    finally:
        os.chdir(root)
    if code:
        raise typer.Exit(int(code))
    return forks.statuses


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Only these, as in 'ganzoo.losses.*'; else all.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many changes are made at a time.")] = 2,
) -> None:
    """Change formulas one thing at a time, and run the tests that come by."""
    files = changes.make(names or [], processes)
    found = tried(files, processes)
    (changes.FOLDER / "statuses.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    said, is_enough = judged(found)
    lost = [changes.described(name, files[name]) for name in unseen(found)]
    new = unknown(lost, PAGE.read_text(encoding="utf-8"))
    print(said)
    if new:
        print(f"{len(new)} of the others have no reason in {PAGE}:", *new, sep="\n")
    if new or not is_enough:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
