"""The commands of `ganbench`, by name, and what may be said before one."""

import os
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.console import ON, QUIET, answer
from benchmark.cli.extractor import train_extractor
from benchmark.cli.images import sample, score
from benchmark.cli.info import doctor, parts, variants
from benchmark.cli.init import init
from benchmark.cli.models import register
from benchmark.cli.output_options import QuietOption, with_output_options
from benchmark.cli.plan import plan
from benchmark.cli.prune import prune
from benchmark.cli.replay import replay
from benchmark.cli.report import compare, report, ui
from benchmark.cli.run import run
from benchmark.cli.suite import suite
from benchmark.cli.sync import sync
from benchmark.cli.train import train
from benchmark.cli.version import versions
from benchmark.folders import check_places
from benchmark.paths import ROOT

PRINT_NO_TABLE = (ui,)  # it serves until it is ended

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Which GAN variant should I use, and how sure can I be? Search, score, track and compare under one budget.",
)
MAKING = (init, plan, run, suite, train)
SHOWING = (variants, parts, report, compare, replay, ui, sync, sample, register, score, prune, doctor)
for command in (*MAKING, *SHOWING):
    app.command()(command if command in PRINT_NO_TABLE else with_output_options(command))
extractors = typer.Typer(no_args_is_help=True, help="Networks whose features are compared, for one's own data.")
extractors.command("train")(with_output_options(train_extractor))
app.add_typer(extractors, name="extractor")


def say_versions(asked: bool) -> None:
    """Say them, and end the command."""
    if asked:
        answer(versions())
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version", is_eager=True, callback=say_versions, help="Say the version, and torch's, mlflow's and optuna's."
    ),
]
RootOption = Annotated[
    Path | None,
    typer.Option("--root", envvar=ROOT, help="Where runs/, studies/ and data/ are; the current folder if not given."),
]


@app.callback()
def before_the_command(root: RootOption = None, quiet: QuietOption = False, version: VersionOption = False) -> None:
    """Look at the places that the command line and the environment name, and at how to print."""
    if quiet:
        os.environ[QUIET] = ON
    if root is not None:
        os.environ[ROOT] = str(Path.cwd() / root)
    check_places()


def run_command() -> int:
    """Run what the command line asks for, and give its exit code.

    Raises:
        TyperException: if there is no such command or option, or a value is not allowed.
    """
    return app(prog_name="ganbench", standalone_mode=False) or 0
