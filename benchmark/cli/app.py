"""The commands of `ganbench`, by name, and what may be said before one."""

import os
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.images import sample, score
from benchmark.cli.info import doctor, parts, variants
from benchmark.cli.init import init
from benchmark.cli.models import register
from benchmark.cli.prune import prune
from benchmark.cli.report import compare, report, ui
from benchmark.cli.run import run
from benchmark.cli.sync import sync
from benchmark.folders import check_places
from benchmark.paths import ROOT

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Which GAN variant should I use, and how sure can I be? Search, score, track and compare under one budget.",
)
for command in (init, run, variants, parts, report, compare, ui, sync, sample, register, score, prune, doctor):
    app.command()(command)

RootOption = Annotated[
    Path | None,
    typer.Option("--root", envvar=ROOT, help="Where runs/, studies/ and data/ are; the current folder if not given."),
]


@app.callback()
def before_the_command(root: RootOption = None) -> None:
    """Look at the places that the command line and the environment name."""
    if root is not None:
        os.environ[ROOT] = str(Path.cwd() / root)
    check_places()


def run_command() -> int:
    """Run what the command line asks for, and give its exit code.

    Raises:
        TyperException: if there is no such command or option, or a value is not allowed.
    """
    return app(prog_name="ganbench", standalone_mode=False) or 0
