"""`python -m tools.fuzz MODULE`: the cases of a module beside this one, drawn and shrunk by Hypothesis."""

import sys
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import hypothesis
import torchvision  # noqa: F401  # PyTorch's compiler, which it imports, makes a folder that no case is to blame for
import typer
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.strategies import DataObject, data

from benchmark.errors import UserError
from benchmark.names import look_up
from tools.fuzz.sandbox import Sandbox

Case = Callable[[DataObject], None]
MODULES = {"data": "tools.fuzz.data", "folders": "tools.fuzz.folders", "words": "tools.fuzz.words"}


def main(
    module: Annotated[str, typer.Argument(help="A module of cases: " + ", ".join(MODULES))],
    cases: Annotated[int, typer.Option(min=1, help="Of each kind.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same cases for the same seed.")] = 0,
    kind: Annotated[list[str] | None, typer.Option(help="Only this one. Repeatable.")] = None,
) -> None:
    """Try inputs that nobody thought of; exit code 1 if one does what none may."""
    known = cases_of(module)
    chosen = {name: look_up("kind of case", name, known) for name in kind or known}
    failed = [name for name, case in chosen.items() if not _told(name, case, cases, seed)]
    sys.exit(bool(failed))


def cases_of(module: str) -> dict[str, Case]:
    """The kinds of cases in a module, each a function that draws one and raises if it is not met as it should be.

    Raises:
        UserError: if there is no such module.
    """
    found: dict[str, Case] = import_module(look_up("module of cases", module, MODULES)).CASES
    return found


def fuzz(case: Case, cases: int, seed: int) -> int:
    """Draw cases and run each in a sandbox that lasts as long as this process; returns how many were drawn.

    Raises:
        Exception: what the smallest case raised that Hypothesis finds, with how to make it as notes.
    """
    with TemporaryDirectory() as scratch:
        home = Path(scratch, ".hypothesis")
        set_hypothesis_home_dir(home)
        sandbox, drawn = Sandbox.around(Path(scratch)), 0

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=cases, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
        )
        @hypothesis.given(data())
        def run(source: DataObject) -> None:
            nonlocal drawn
            drawn += 1
            sandbox.run(lambda: case(source))

        run()
    return drawn


def _told(name: str, case: Case, cases: int, seed: int) -> bool:
    """Run a kind of cases in a process of its own, so that one that crashes is told too; whether all were met."""
    start = time.monotonic()
    context = get_context("fork")  # what took seconds to import is there
    process = context.Process(target=_child, args=(name, case, cases, seed))
    process.start()
    process.join()
    print(f"{name}: exit code {process.exitcode} after {time.monotonic() - start:.0f} s", flush=True)
    return process.exitcode == 0


def _child(name: str, case: Case, cases: int, seed: int) -> None:
    print(f"{name}: {fuzz(case, cases, seed)} cases, seed {seed}", flush=True)


if __name__ == "__main__":
    try:
        typer.run(main)
    except UserError as error:
        sys.exit(f"tools.fuzz: {error}")
